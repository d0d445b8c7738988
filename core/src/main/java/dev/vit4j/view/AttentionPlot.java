package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Where the heads of a transformer look, as maps over the picture. */
public final class AttentionPlot {
  private static final int WIDTH = 940;
  private static final int SMALLEST = 44;
  private static final int LARGEST = 120;
  private static final int MEAN = 144;
  private static final int MEAN_COLUMNS = 6;
  private static final double GAP = 6;
  private static final List<ColorBar.Mark> OWN_SCALE =
      List.of(new ColorBar.Mark(0, "0"), new ColorBar.Mark(1, "largest"));

  private AttentionPlot() {}

  /**
   * A row per layer and a column per head, each map on its own scale from 0 to its largest value.
   *
   * @param reader whose attention it is, such as {@code the class token}
   * @param picture as the model reads it
   * @param maps [layers][heads][rows][columns], not negative
   */
  public static BufferedImage heads(String reader, BufferedImage picture, float[][][][] maps) {
    int columns = maps[0].length;
    int box = Math.max(SMALLEST, Math.min(LARGEST, (int) (WIDTH / columns - GAP)));
    List<BufferedImage> panels = new ArrayList<>();
    for (float[][][] layer : maps) {
      for (float[][] head : layer) {
        panels.add(Overlay.draw(picture, share(head), false, box));
      }
    }
    return new PanelSheet(panels, columns, box)
        .title(
            "Attention of " + reader + ", by layer and head",
            "Every map has its own scale, from 0 to its largest value.")
        .gap(GAP)
        .axes(
            PanelSheet.Axis.numbered("layer", maps.length),
            PanelSheet.Axis.numbered("head", columns))
        .legend(ColorMap.VIRIDIS, OWN_SCALE)
        .draw();
  }

  /**
   * A map per layer, the mean over its heads, each on its own scale from 0 to its largest value,
   * which stands below it.
   *
   * @param reader whose attention it is
   * @param picture as the model reads it
   * @param maps [layers][rows][columns], not negative
   */
  public static BufferedImage means(String reader, BufferedImage picture, float[][][] maps) {
    List<BufferedImage> panels = new ArrayList<>();
    for (float[][] map : maps) {
      panels.add(Overlay.draw(picture, share(map), false, MEAN));
    }
    List<String> captions =
        IntStream.range(0, maps.length)
            .mapToObj(
                i -> String.format(Locale.ROOT, "layer %d, largest %.3f", i + 1, most(maps[i])))
            .toList();
    return new PanelSheet(panels, MEAN_COLUMNS, MEAN)
        .title(
            "Attention of " + reader + ", mean over the heads of each layer",
            "Every map has its own scale, from 0 to its largest value.")
        .gap(12)
        .captions(captions)
        .legend(ColorMap.VIRIDIS, OWN_SCALE)
        .draw();
  }

  private static float[][] share(float[][] map) {
    double most = most(map);
    float[][] share = new float[map.length][map[0].length];
    for (int r = 0; r < map.length; r++) {
      for (int c = 0; c < map[r].length; c++) {
        share[r][c] = most > 0 ? (float) (map[r][c] / most) : 0;
      }
    }
    return share;
  }

  private static double most(float[][] map) {
    double most = 0;
    for (float[] row : map) {
      for (float value : row) {
        most = Math.max(most, value);
      }
    }
    return most;
  }
}
