package dev.vit4j.explain;

import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.view.AttentionPlot;
import dev.vit4j.view.FilterPlot;
import dev.vit4j.view.HeatMap;
import dev.vit4j.view.PatchPlot;
import dev.vit4j.view.PositionPlot;
import dev.vit4j.view.PredictionPlot;
import dev.vit4j.view.SaliencyPlot;
import dev.vit4j.view.SpikePlot;
import dev.vit4j.view.StripPlot;
import dev.vit4j.view.WordsPlot;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Draws the figures of an explanation. */
final class ExplanationFigures {
  private static final int MOST_FILTERS = 64;
  private static final int SHOWN_CLASSES = 5;

  private final Model model;
  private final List<String> classes;
  private final List<Explanation> all;
  private final Explanation seen; // the first one; the figures that do not depend on the class
  private final String title;
  private final int[] maps;
  private final BufferedImage picture;

  /**
   * @param all explanations of an image, of one class or of every text
   * @param title title of the image
   * @param maps indices of the feature maps to draw
   */
  ExplanationFigures(
      Model model, List<String> classes, List<Explanation> all, String title, int[] maps) {
    this.model = model;
    this.classes = classes;
    this.all = all;
    this.seen = all.get(0);
    this.title = title;
    this.maps = maps;
    this.picture = seen.picture().toBufferedImage();
  }

  /** Draws a figure that the model supports. */
  BufferedImage draw(Figure figure) {
    return switch (figure) {
      case PREDICTIONS ->
          PredictionPlot.draw(picture, classes, seen.probabilities(), SHOWN_CLASSES);
      case PIXEL_ROW -> PatchPlot.pixelRow(picture, patch()[0]);
      case PATCH_ROW -> PatchPlot.patchRow(picture, patch()[0], patch()[1]);
      case PATCHES -> PatchPlot.grid(title, picture, patch()[0], patch()[1]);
      case FILTERS -> filters();
      case FEATURE_MAPS -> featureMaps();
      case FLATTENED -> flattened();
      case POSITIONS ->
          PositionPlot.draw(
              LearnedEmbedding.positionSimilarity(model).orElseThrow(),
              attention().rollout()[0].length);
      case ATTENTION -> AttentionPlot.heads(attention().reader(), picture, attention().heads());
      case ATTENTION_MEAN -> AttentionPlot.means(attention().reader(), picture, means());
      case ROLLOUT ->
          SaliencyPlot.draw(
              "Attention rollout from " + attention().reader(),
              "Product of the attention of all layers (Abnar and Zuidema 2020): contribution of each patch.",
              picture,
              attention().rollout());
      case RELEVANCE ->
          saliency(
              "Relevance",
              "Attention that increases the score, accumulated over the layers (Chefer et al. 2021).",
              e -> Objects.requireNonNull(e.attention()).relevance());
      case GRAD_CAM ->
          saliency(
              "Grad-CAM",
              "Sum of the last stage's channels, weighted by the gradients of the score (Selvaraju et al. 2017).",
              Explanation::gradCam);
      case SPIKES ->
          SpikePlot.draw(
              "Spikes of every layer",
              "Share of the neurons at each place that fire at a time step. Each layer has its own scale, from 0 to its largest value.",
              seen.spikes().stream().map(ExplanationFigures::row).toList());
      case WORDS ->
          WordsPlot.draw(
              "Relevance of the words",
              "Attention of the text tower that increases the similarity. Each text has its own scale, up to its largest value.",
              IntStream.range(0, all.size()).mapToObj(this::words).toList());
    };
  }

  /** Draws the map of the class, or those of all texts side by side. */
  private BufferedImage saliency(
      String name, String note, Function<Explanation, float @Nullable [][]> map) {
    List<float[][]> drawn = all.stream().map(e -> Objects.requireNonNull(map.apply(e))).toList();
    if (seen.texts() == null) {
      return SaliencyPlot.draw(name + " for class " + target(), note, picture, drawn.get(0));
    }
    return SaliencyPlot.several(
        name + " for the texts",
        note + " Each map is scaled from its minimum to its maximum.",
        picture,
        drawn,
        classes,
        IntStream.range(0, all.size()).mapToObj(this::cosine).toList());
  }

  private static SpikePlot.Row row(Explanation.Spikes spikes) {
    String name = String.format(Locale.ROOT, "%s %.3f", spikes.layer(), spikes.rate());
    return new SpikePlot.Row(name, spikes.maps());
  }

  private String cosine(int text) {
    return String.format(
        Locale.ROOT, "cosine %.4f", Objects.requireNonNull(seen.texts()).similarities()[text]);
  }

  private WordsPlot.Line words(int text) {
    List<Explanation.Word> words = Objects.requireNonNull(all.get(text).texts()).words();
    float[] values = new float[words.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = words.get(i).relevance();
    }
    return new WordsPlot.Line(
        words.stream().map(Explanation.Word::text).toList(), values, cosine(text));
  }

  private AttentionMaps attention() {
    return Objects.requireNonNull(seen.attention());
  }

  private String target() {
    float probability = seen.probabilities()[seen.target()];
    return String.format(Locale.ROOT, "%s (%.3f)", classes.get(seen.target()), probability);
  }

  /** Returns height and width of a patch. */
  private int[] patch() {
    Inside.Patches patches = Objects.requireNonNull(model.family().inside(model).patches());
    return new int[] {patches.height(), patches.width()};
  }

  private BufferedImage filters() {
    float[][][][] all = LearnedEmbedding.filters(model);
    int shown = Math.min(MOST_FILTERS, all.length);
    String title =
        "%s filters, %d x %d pixels"
            .formatted(
                shown == all.length
                    ? "All " + shown
                    : "The first %d of %d".formatted(shown, all.length),
                all[0][0].length,
                all[0][0][0].length);
    return FilterPlot.draw(title, Arrays.copyOf(all, shown), names(IntStream.range(0, shown)));
  }

  private BufferedImage featureMaps() {
    float[][][] all = seen.featureMaps();
    String title =
        "%s feature maps of the first layer, %d x %d"
            .formatted(
                maps.length == all.length ? "All " + all.length : maps.length + " of " + all.length,
                all[0].length,
                all[0][0].length);
    float[][][] chosen = Arrays.stream(maps).mapToObj(i -> all[i]).toArray(float[][][]::new);
    return HeatMap.grid(title, chosen, mapNames(), 5);
  }

  private BufferedImage flattened() {
    float[][][] all = seen.featureMaps();
    int tokens = all[0].length * all[0][0].length;
    float[][] strips = new float[maps.length][tokens];
    for (int i = 0; i < maps.length; i++) {
      for (int t = 0; t < tokens; t++) {
        strips[i][t] = all[maps[i]][t / all[0][0].length][t % all[0][0].length];
      }
    }
    return StripPlot.draw(
        "Flattened feature map shape: [1, %d]".formatted(tokens),
        "Each map in row-major order: one value per token.",
        strips,
        mapNames());
  }

  private float[][][] means() {
    return IntStream.range(0, attention().heads().length)
        .mapToObj(attention()::mean)
        .toArray(float[][][]::new);
  }

  private List<String> mapNames() {
    return Arrays.stream(maps).mapToObj(i -> "map " + i).toList();
  }

  private static List<String> names(IntStream numbers) {
    return numbers.mapToObj(Integer::toString).toList();
  }
}
