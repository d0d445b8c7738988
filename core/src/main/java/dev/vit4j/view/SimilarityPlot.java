package dev.vit4j.view;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws the similarity of images and texts as a matrix: the images above its columns, the texts
 * beside its rows, the cosine in each cell. The most similar text of each image has a frame.
 */
public final class SimilarityPlot {
  /** Largest number of images, and of texts. */
  public static final int MOST = 64;

  private static final double LARGEST_CELL = 72;
  private static final double SMALLEST_CELL = 26;
  private static final double SMALLEST_WITH_NUMBER = 34;
  private static final double WIDTH = 900; // of the cells, if they are not as small as allowed
  private static final double LOWEST_ROW = 26;
  private static final double HIGHEST_ROW = 44;
  private static final double WIDEST_LABEL = 280;
  private static final double HEAD = 34;
  private static final double GAP = 8;
  private static final double LIGHT = 0.62; // share from which the color map is light

  /**
   * An image.
   *
   * @param picture image of any size and type; large images are reduced
   * @param cosines similarity with every text
   */
  public record Column(BufferedImage picture, float[] cosines) {
    /** Reduces large images to the displayed size to save memory. */
    public Column {
      picture = Pictures.reduced(picture, (int) LARGEST_CELL);
    }
  }

  private final String title;
  private final List<String> texts;
  private final List<Column> columns;
  private final double cell;
  private final double row;
  private final double left;
  private final double top;
  private final Range range;

  private SimilarityPlot(String title, List<String> texts, List<Column> columns) {
    this.title = title;
    this.texts = texts;
    this.columns = columns;
    this.cell = Math.floor(Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, WIDTH / columns.size())));
    this.row = Math.max(LOWEST_ROW, Math.min(HIGHEST_ROW, cell));
    double widest = 0;
    List<Double> values = new ArrayList<>();
    for (String text : texts) {
      widest = Math.max(widest, Text.width(Style.TEXT, label(text)));
    }
    for (Column column : columns) {
      for (float value : column.cosines()) {
        values.add((double) value);
      }
    }
    this.left = Style.MARGIN + Math.ceil(widest) + GAP;
    this.top = Style.MARGIN + HEAD + cell + GAP;
    this.range = Range.of(values);
  }

  private static String label(String text) {
    return Text.fit(Style.TEXT, text, WIDEST_LABEL);
  }

  /**
   * Checks the numbers of images and texts.
   *
   * @throws IllegalArgumentException if there is none or more than {@link #MOST} of one
   */
  public static void requireRoom(int images, int texts) {
    if (images < 1 || texts < 1 || images > MOST || texts > MOST) {
      throw new IllegalArgumentException(
          "a similarity matrix has 1 to %d images and 1 to %d texts, not %,d and %,d"
              .formatted(MOST, MOST, images, texts));
    }
  }

  /**
   * Draws the matrix.
   *
   * @param title one line above
   * @param texts long ones are shortened
   * @param columns one per image, in the order of the drawing
   * @throws IllegalArgumentException for too few or too many images or texts, or if an image has
   *     not one cosine per text
   */
  public static BufferedImage draw(String title, List<String> texts, List<Column> columns) {
    requireRoom(columns.size(), texts.size());
    for (Column column : columns) {
      if (column.cosines().length != texts.size()) {
        throw new IllegalArgumentException(
            "%d cosines for %d texts: give one per text"
                .formatted(column.cosines().length, texts.size()));
      }
    }
    return new SimilarityPlot(title, List.copyOf(texts), List.copyOf(columns)).draw();
  }

  private BufferedImage draw() {
    double right = left + columns.size() * cell;
    double bottom = top + texts.size() * row;
    double bar = Math.max(bottom - top, 100);
    double width =
        Math.max(right + 20 + ColorBar.SPACE, Text.width(Style.TITLE, title) + 2 * Style.MARGIN);
    try (Canvas canvas = new Canvas(width, top + bar + Style.MARGIN)) {
      canvas.text(
          title,
          Style.TITLE,
          Style.INK,
          Canvas.Align.LEFT,
          Style.MARGIN,
          Text.baseline(Style.TITLE, Style.MARGIN + 8));
      for (int t = 0; t < texts.size(); t++) {
        double baseline = Text.baseline(Style.TEXT, top + (t + 0.5) * row);
        canvas.text(
            label(texts.get(t)), Style.TEXT, Style.INK, Canvas.Align.RIGHT, left - GAP, baseline);
      }
      for (int i = 0; i < columns.size(); i++) {
        drawColumn(canvas, columns.get(i), left + i * cell);
      }
      ColorBar.draw(canvas, ColorMap.VIRIDIS, Ticks.marks(range, 6), right + 20, top, bar);
      return canvas.image();
    }
  }

  private void drawColumn(Canvas canvas, Column column, double x) {
    double side = cell - 4;
    double factor = Pictures.factor(column.picture(), (int) side);
    double width = Pictures.width(column.picture(), factor);
    double height = Pictures.height(column.picture(), factor);
    Pictures.draw(canvas, column.picture(), factor, x + (cell - width) / 2, top - GAP / 2 - height);
    int best = 0;
    for (int t = 0; t < texts.size(); t++) {
      float value = column.cosines()[t];
      best = value > column.cosines()[best] ? t : best;
      double share = range.share(value);
      double y = top + t * row;
      canvas.fill(x, y, cell, row, ColorMap.VIRIDIS.at(share));
      if (cell >= SMALLEST_WITH_NUMBER) {
        Font font = cell > 48 ? Style.TEXT : Style.TICK;
        Color ink = share > LIGHT ? Style.INK : Style.PAPER;
        canvas.text(
            String.format(Locale.ROOT, "%.2f", value),
            font,
            ink,
            Canvas.Align.CENTER,
            x + cell / 2,
            Text.baseline(font, y + row / 2));
      }
    }
    canvas.frame(x + 2, top + best * row + 2, cell - 4, row - 4, 2, Style.RED);
  }
}
