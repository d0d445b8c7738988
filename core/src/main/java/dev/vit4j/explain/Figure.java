package dev.vit4j.explain;

import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The figures that {@link ExplanationReport} draws, in its order. */
public enum Figure {
  /** The image with the most probable classes. */
  PREDICTIONS("What it is"),
  /** The pixels of the top row of patches. */
  PIXEL_ROW("The top row of pixels"),
  /** The top row of patches. */
  PATCH_ROW("The top row as patches"),
  /** All patches. */
  PATCHES("The picture as patches"),
  /** The filters of the first layer. */
  FILTERS("What the first layer looks for"),
  /** What some of its filters find in the image. */
  FEATURE_MAPS("What it finds"),
  /** The same maps in a row, as the encoder reads them. */
  FLATTENED("The maps in a row"),
  /** How alike positions are. */
  POSITIONS("Positions"),
  /** Attention of every head of every layer. */
  ATTENTION("Attention of every head"),
  /** Attention of every layer. */
  ATTENTION_MEAN("Attention of every layer"),
  /** Attention through all layers. */
  ROLLOUT("Attention rollout"),
  /** Attention weighted with gradients. */
  RELEVANCE("Relevance for the class"),
  /** Grad-CAM. */
  GRAD_CAM("Grad-CAM");

  private final String heading;

  Figure(String heading) {
    this.heading = heading;
  }

  /** What stands above it in the report. */
  String heading() {
    return heading;
  }

  /** The word for it, which its file is named by: {@code patch-row}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The figure of a word.
   *
   * @throws IllegalArgumentException listing all, if there is none
   */
  public static Figure named(String word) {
    return Arrays.stream(values())
        .filter(f -> f.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no figure '%s': there are %s"
                        .formatted(
                            word,
                            String.join(
                                ", ", Arrays.stream(values()).map(Figure::toString).toList()))));
  }

  /** Why a model has no such figure, if it has none. */
  public Optional<String> whyNot(Model model) {
    Inside inside = model.family().inside(model);
    boolean attends = inside.attention() != null;
    return switch (this) {
      case FILTERS -> Optional.empty();
      case FEATURE_MAPS ->
          need(!inside.firstMaps().isEmpty(), "nothing names the output of its first layer");
      case PREDICTIONS -> need(model.numClasses() > 0, "the model has no classes");
      case PIXEL_ROW, PATCH_ROW, PATCHES, FLATTENED ->
          need(
              inside.patches() != null,
              "the model cuts no patches, its first layer is a convolution that overlaps");
      case POSITIONS -> need(inside.positions() != null, "the model has no position embeddings");
      case ATTENTION, ATTENTION_MEAN, ROLLOUT -> need(attends, "the model has no attention");
      case RELEVANCE ->
          attends
              ? need(model.numClasses() > 0, "the model has no classes")
              : Optional.of("the model has no attention");
      case GRAD_CAM -> {
        if (!inside.lastMaps().isEmpty()) {
          yield need(model.numClasses() > 0, "the model has no classes");
        }
        String reason = "it is for models of convolutions";
        yield Optional.of(attends ? reason + "; relevance tells it here" : reason);
      }
    };
  }

  private static Optional<String> need(boolean there, String reason) {
    return there ? Optional.empty() : Optional.of(reason);
  }
}
