package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws the filters of a first layer as small images. */
public final class FilterPlot {
  private static final int WIDTH = 900;
  private static final int COLUMNS = 16;
  private static final int LARGEST = 48;

  private FilterPlot() {}

  /**
   * Draws filters in color (3 channels) or gray (mean of any other number of channels), each scaled
   * from its smallest to its largest weight.
   *
   * @param title one line above
   * @param filters [filters][channels][rows][columns], at least one
   * @param names one per filter
   * @throws IllegalArgumentException if there is no filter, or the numbers of names and filters
   *     differ
   */
  public static BufferedImage draw(String title, float[][][][] filters, List<String> names) {
    if (filters.length == 0 || filters.length != names.size()) {
      throw new IllegalArgumentException(
          "%d names for %d filters: use one name per filter, at least one"
              .formatted(names.size(), filters.length));
    }
    List<BufferedImage> pictures = new ArrayList<>();
    for (float[][][] filter : filters) {
      pictures.add(picture(filter));
    }
    int columns = Math.min(COLUMNS, filters.length);
    return new PanelSheet(pictures, columns, Math.min(LARGEST, WIDTH / columns - 8))
        .title(title, "Each is scaled from its smallest weight (dark) to its largest (bright).")
        .captions(names)
        .framed()
        .draw();
  }

  private static BufferedImage picture(float[][][] filter) {
    int rows = filter[0].length;
    int columns = filter[0][0].length;
    boolean isColour = filter.length == 3;
    double[][][] levels = new double[isColour ? 3 : 1][rows][columns];
    List<Double> all = new ArrayList<>();
    for (int c = 0; c < filter.length; c++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          levels[isColour ? c : 0][y][x] += filter[c][y][x];
        }
      }
    }
    for (double[][] plane : levels) {
      for (double[] row : plane) {
        for (double value : row) {
          all.add(value);
        }
      }
    }
    Range range = Range.of(all);
    BufferedImage picture = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          double share = range.share(levels[isColour ? c : 0][y][x]);
          int level = Double.isFinite(share) ? (int) Math.round(255 * share) : 0;
          rgb = rgb << 8 | Math.max(0, Math.min(255, level));
        }
        picture.setRGB(x, y, rgb);
      }
    }
    return picture;
  }
}
