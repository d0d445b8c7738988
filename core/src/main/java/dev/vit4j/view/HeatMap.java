package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/**
 * Draws matrices as colors, one or several with a common color bar: the attention of every head
 * ([H][N][N], a row per query, a column per key), the similarity of position embeddings
 * ([gh*gw][gh][gw], {@code gw} columns), filters, feature maps.
 */
public final class HeatMap {
  /** Target width of a row of panels. */
  private static final double WIDTH = 840;

  private static final double LARGEST_PANEL = 360;
  private static final double LARGEST_CELL = 40;
  private static final int HEAD = 40;
  private static final int CAPTION = 22;
  private static final int TICK_DISTANCE = 70;

  private final String title;
  private final float[][][] panels;
  private final List<String> captions;
  private final int columns;
  private final Range range;
  private final double gap;

  /** Device pixels per value. */
  private final int cell;

  private final double width;
  private final double height;

  private HeatMap(
      String title, float[][][] panels, List<String> captions, int columns, Range range) {
    this.title = title;
    this.panels = panels;
    this.captions = captions;
    this.columns = Math.min(columns, panels.length);
    this.range = range;
    int rows = panels[0].length;
    int cells = panels[0][0].length;
    gap = captions.isEmpty() && this.columns > 8 ? 4 : 16;
    double room = Math.min(LARGEST_PANEL, (WIDTH - gap * this.columns) / this.columns);
    double fits = Math.min(LARGEST_CELL, room / Math.max(rows, cells));
    cell = (int) Math.max(1, Math.round(fits * Canvas.DENSITY));
    width = (double) cell * cells / Canvas.DENSITY;
    height = (double) cell * rows / Canvas.DENSITY;
  }

  /**
   * Draws one matrix, scaled from its smallest to its largest value.
   *
   * @param title one line above; may be empty
   * @param matrix [rows][columns], not empty; values that are not finite are gray
   * @throws IllegalArgumentException if the matrix is empty or its rows differ in length
   */
  public static BufferedImage draw(String title, float[][] matrix) {
    return grid(title, new float[][][] {matrix}, List.of(), 1);
  }

  /**
   * Draws a grid of matrices, scaled from the smallest to the largest value of all.
   *
   * @param title one line above all; may be empty
   * @param panels [panels][rows][columns], not empty, all of one shape; values that are not finite
   *     are gray
   * @param captions one per panel, or empty
   * @param columns number of panels in a row, at least 1
   * @throws IllegalArgumentException if there is no panel, shapes differ, the number of captions
   *     differs, {@code columns} is below 1, or the image would exceed 100 million pixels
   */
  public static BufferedImage grid(
      String title, float[][][] panels, List<String> captions, int columns) {
    check(panels, captions, columns);
    return new HeatMap(title, panels, List.copyOf(captions), columns, Range.of(values(panels)))
        .draw();
  }

  /**
   * Draws a grid of matrices on a fixed scale, so that images can be compared.
   *
   * @param low value of the first color; smaller values are clamped
   * @param high value of the last color, above {@code low}; larger values are clamped
   * @throws IllegalArgumentException as {@link #grid(String, float[][][], List, int)}, or if {@code
   *     low} and {@code high} are not finite and ascending
   */
  public static BufferedImage grid(
      String title,
      float[][][] panels,
      List<String> captions,
      int columns,
      double low,
      double high) {
    check(panels, captions, columns);
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new IllegalArgumentException(
          "color scale from %s to %s: use two finite values, the smaller first"
              .formatted(low, high));
    }
    return new HeatMap(title, panels, List.copyOf(captions), columns, new Range(low, high)).draw();
  }

  private static void check(float[][][] panels, List<String> captions, int columns) {
    if (panels.length == 0 || panels[0].length == 0 || panels[0][0].length == 0) {
      throw new IllegalArgumentException(
          "heat map has no values: use at least one matrix with one value");
    }
    if (columns < 1) {
      throw new IllegalArgumentException(
          "heat maps in %d columns: use at least 1".formatted(columns));
    }
    if (!captions.isEmpty() && captions.size() != panels.length) {
      throw new IllegalArgumentException(
          "%d captions for %d heat maps: use one per heat map, or none"
              .formatted(captions.size(), panels.length));
    }
    for (int i = 0; i < panels.length; i++) {
      requireShape(panels[i], i, panels[0].length, panels[0][0].length);
    }
  }

  private static void requireShape(float[][] panel, int index, int rows, int columns) {
    if (panel.length != rows || Arrays.stream(panel).anyMatch(row -> row.length != columns)) {
      throw new IllegalArgumentException(
          "heat map %d is not %d x %d like the first: all must have the same shape"
              .formatted(index, rows, columns));
    }
  }

  private static List<Double> values(float[][][] panels) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float[][] panel : panels) {
      for (float[] row : panel) {
        for (float value : row) {
          low = Float.isFinite(value) ? Math.min(low, value) : low;
          high = Float.isFinite(value) ? Math.max(high, value) : high;
        }
      }
    }
    return List.of(low, high);
  }

  private BufferedImage draw() {
    double caption = captions.isEmpty() ? 0 : CAPTION;
    double head = title.isBlank() ? 0 : HEAD;
    int rows = (panels.length + columns - 1) / columns;
    double body = rows * (height + caption + gap) - gap;
    double right = Style.MARGIN + columns * (width + gap) - gap;
    double total = right + 20 + ColorBar.SPACE + Style.MARGIN / 2.0;
    double bar = Math.max(body, 120);
    double sheet =
        Math.max(total, Math.min(420, Text.width(Style.TITLE, title) + 2 * Style.MARGIN));
    try (Canvas canvas = new Canvas(sheet, 2 * Style.MARGIN + head + bar)) {
      drawTitle(canvas, sheet - 2 * Style.MARGIN);
      for (int i = 0; i < panels.length; i++) {
        int row = i / columns;
        int column = i % columns;
        drawPanel(
            canvas,
            i,
            Style.MARGIN + column * (width + gap),
            Style.MARGIN + head + row * (height + caption + gap));
      }
      ColorBar.draw(
          canvas,
          ColorMap.VIRIDIS,
          Ticks.marks(range, (int) Math.max(5, bar / TICK_DISTANCE)),
          right + 20,
          Style.MARGIN + head,
          bar - caption);
      return canvas.image();
    }
  }

  private void drawTitle(Canvas canvas, double room) {
    canvas.text(
        Text.fit(Style.TITLE, title, room),
        Style.TITLE,
        Style.INK,
        Canvas.Align.LEFT,
        Style.MARGIN,
        Text.baseline(Style.TITLE, Style.MARGIN + 8));
  }

  private void drawPanel(Canvas canvas, int index, double x, double y) {
    float[][] panel = panels[index];
    BufferedImage image =
        new BufferedImage(panel[0].length, panel.length, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < panel.length; row++) {
      for (int column = 0; column < panel[row].length; column++) {
        double share = range.share(panel[row][column]);
        boolean isShown = Float.isFinite(panel[row][column]);
        image.setRGB(column, row, ColorMap.VIRIDIS.at(isShown ? share : Double.NaN).getRGB());
      }
    }
    Pictures.draw(canvas, image, cell, x, y);
    if (!captions.isEmpty()) {
      String caption = Text.fit(Style.TICK, captions.get(index), width + gap - 4);
      canvas.text(
          caption, Style.TICK, Style.INK, Canvas.Align.CENTER, x + width / 2, y + height + 16);
    }
  }
}
