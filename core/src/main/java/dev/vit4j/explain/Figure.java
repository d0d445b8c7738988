package dev.vit4j.explain;

import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Figures of an {@link ExplanationReport}, in order. */
public enum Figure {
  /** The image with the most probable classes. */
  PREDICTIONS("Predictions"),
  /** The pixels of the top row of patches. */
  PIXEL_ROW("Top row of pixels"),
  /** The top row of patches. */
  PATCH_ROW("Top row of patches"),
  /** All patches. */
  PATCHES("Patches"),
  /** The filters of the first layer. */
  FILTERS("Filters of the first layer"),
  /** Responses of some of the filters. */
  FEATURE_MAPS("Feature maps of the first layer"),
  /** The same maps flattened, as input of the encoder. */
  FLATTENED("Flattened feature maps"),
  /** Similarity of position embeddings. */
  POSITIONS("Similarity of position embeddings"),
  /** Attention of every head of every layer. */
  ATTENTION("Attention of every head"),
  /** Attention of every layer. */
  ATTENTION_MEAN("Attention of every layer"),
  /** Attention through all layers. */
  ROLLOUT("Attention rollout"),
  /** Attention weighted with gradients. */
  RELEVANCE("Relevance"),
  /** Grad-CAM. */
  GRAD_CAM("Grad-CAM"),
  /** Spikes of every layer of neurons at every time step. */
  SPIKES("Spikes of every layer"),
  /** Relevance of the words of texts. */
  WORDS("Relevance of the words");

  private static final String NO_ATTENTION = "the model has no attention over one grid of tokens";

  private final String heading;

  Figure(String heading) {
    this.heading = heading;
  }

  /** Returns the heading in the report. */
  String heading() {
    return heading;
  }

  /** Returns its name, also used for its file, such as {@code patch-row}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Parses a figure name.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Figure named(String word) {
    return Arrays.stream(values())
        .filter(f -> f.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no figure '%s': use one of %s"
                        .formatted(
                            word,
                            String.join(
                                ", ", Arrays.stream(values()).map(Figure::toString).toList()))));
  }

  /** Returns the figures that could be drawn for classes, for texts, or for spiking neurons. */
  static List<Figure> all(Explainer explainer) {
    return Arrays.stream(values())
        .filter(f -> f != WORDS || explainer.isOfTexts())
        .filter(f -> f != SPIKES || SpikeMaps.spikes(explainer.model()))
        .toList();
  }

  /** Returns the reason why a model does not support this figure, or empty if it does. */
  Optional<String> whyNot(Explainer explainer) {
    Model model = explainer.model();
    Inside inside = model.family().inside(model);
    boolean attends = inside.attention() != null;
    Optional<String> noScore = need(!explainer.classes().isEmpty(), "the model has no classes");
    return switch (this) {
      case FILTERS -> Optional.empty();
      case FEATURE_MAPS ->
          need(!inside.firstMaps().isEmpty(), "the output of its first layer has no name");
      case PREDICTIONS ->
          explainer.isOfTexts()
              ? need(
                  explainer.classes().size() > 1,
                  "one text has no probability, since there is no other")
              : noScore;
      case PIXEL_ROW, PATCH_ROW, PATCHES, FLATTENED ->
          need(
              inside.patches() != null,
              "the model has no patches, since its first layer is an overlapping convolution");
      case POSITIONS -> need(inside.positions() != null, "the model has no position embeddings");
      case ATTENTION, ATTENTION_MEAN, ROLLOUT -> need(attends, NO_ATTENTION);
      case RELEVANCE -> attends ? noScore : Optional.of(NO_ATTENTION);
      case GRAD_CAM -> {
        if (!inside.lastMaps().isEmpty()) {
          yield noScore;
        }
        String reason = "it applies only to convolutional networks";
        yield Optional.of(attends ? reason + "; use relevance instead" : reason);
      }
      case SPIKES -> need(SpikeMaps.spikes(model), "the model has no spiking neurons");
      case WORDS -> need(explainer.isOfTexts(), "it needs texts (--text)");
    };
  }

  private static Optional<String> need(boolean there, String reason) {
    return there ? Optional.empty() : Optional.of(reason);
  }
}
