package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the attention of a transformer's heads as maps over the image. */
public final class AttentionPlot {
  private static final int WIDTH = 940;
  private static final int SMALLEST = 44;
  private static final int LARGEST = 96;
  private static final int MEAN = 144;
  private static final int MEAN_COLUMNS = 6;
  private static final int GAP = 6;
  private static final List<ColorBar.Mark> OWN_SCALE =
      List.of(new ColorBar.Mark(0, "smallest"), new ColorBar.Mark(1, "largest"));

  private AttentionPlot() {}

  /**
   * Draws a row per layer and a column per head, each map on its own scale.
   *
   * @param reader name of the reading token, such as {@code the class token}
   * @param picture model input
   * @param maps [layers][heads][rows][columns], not negative
   */
  public static BufferedImage heads(String reader, BufferedImage picture, float[][][][] maps) {
    int columns = maps[0].length;
    int box = Math.max(SMALLEST, Math.min(LARGEST, WIDTH / columns - GAP));
    List<BufferedImage> panels = new ArrayList<>();
    for (float[][][] layer : maps) {
      for (float[][] head : layer) {
        panels.add(Overlay.draw(picture, Range.of(head).shares(head), false, box));
      }
    }
    return new PanelSheet(panels, columns, box)
        .title(
            "Attention of " + reader + ", by layer and head",
            "Each map is scaled from its minimum to its maximum.")
        .gap(GAP)
        .axes(
            PanelSheet.Axis.numbered("layer", maps.length),
            PanelSheet.Axis.numbered("head", columns))
        .legend(ColorMap.VIRIDIS, OWN_SCALE)
        .draw();
  }

  /**
   * Draws a map per layer, the mean over its heads, each with its own scale.
   *
   * @param reader name of the reading token
   * @param picture model input
   * @param maps [layers][rows][columns], not negative
   */
  public static BufferedImage means(String reader, BufferedImage picture, float[][][] maps) {
    List<BufferedImage> panels = new ArrayList<>();
    for (float[][] map : maps) {
      panels.add(Overlay.draw(picture, Range.of(map).shares(map), false, MEAN));
    }
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < maps.length; i++) {
      Range range = Range.of(maps[i]);
      captions.add(
          String.format(Locale.ROOT, "layer %d: %.4f to %.4f", i + 1, range.low(), range.high()));
    }
    return new PanelSheet(panels, MEAN_COLUMNS, MEAN)
        .title(
            "Attention of " + reader + ", mean over the heads of each layer",
            "Each map has its own scale, shown below it.")
        .gap(12)
        .captions(captions)
        .legend(ColorMap.VIRIDIS, OWN_SCALE)
        .draw();
  }
}
