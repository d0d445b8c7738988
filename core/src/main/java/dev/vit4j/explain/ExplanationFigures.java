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
import dev.vit4j.view.StripPlot;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/** Draws the figures of an explanation. */
final class ExplanationFigures {
  private static final int MOST_FILTERS = 64;
  private static final int SHOWN_CLASSES = 5;

  private final Model model;
  private final List<String> classes;
  private final Explanation seen;
  private final String title;
  private final int[] maps;
  private final BufferedImage picture;

  /**
   * @param title title of the image
   * @param maps indices of the feature maps to draw
   */
  ExplanationFigures(
      Model model, List<String> classes, Explanation seen, String title, int[] maps) {
    this.model = model;
    this.classes = classes;
    this.seen = seen;
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
          SaliencyPlot.draw(
              "Relevance for class " + target(),
              "Attention that increases the score of the class, accumulated over the layers (Chefer et al. 2021).",
              picture,
              Objects.requireNonNull(attention().relevance()));
      case GRAD_CAM ->
          SaliencyPlot.draw(
              "Grad-CAM for class " + target(),
              "Regions where the channels of the last stage support the class (Selvaraju et al. 2017).",
              picture,
              Objects.requireNonNull(seen.gradCam()));
    };
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
