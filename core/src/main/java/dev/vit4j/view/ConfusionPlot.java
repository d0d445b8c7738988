package dev.vit4j.view;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A confusion matrix as a heat map: a row per true class, a column per predicted class. The color
 * is a cell's share of its row on a square-root scale, so that errors of one percent are visible.
 * Up to 20 classes have counts in the cells. With more classes, cells shrink and only every n-th
 * class is named; confused classes are placed next to each other, and the most frequent mistakes
 * are listed below.
 */
public final class ConfusionPlot {
  private static final int MOST_COUNTED = 20;
  private static final int MOST_CLASSES = 2000;

  private static final double SIDE = 600;
  private static final double LARGEST_CELL = 96;
  private static final double WIDEST_NAME = 120;
  private static final double NARROWEST = 250;
  private static final double SHORTEST_BAR = 170;
  private static final int HEAD = 50;
  private static final int AXIS = 26;
  private static final int LISTED_ROWS = 5;
  private static final int LIST_HEAD = 26;
  private static final int LINE = 17;
  private static final int COUNT_WIDTH = 36;
  private static final List<ColorBar.Mark> MARKS =
      List.of(mark(0), mark(1), mark(5), mark(10), mark(25), mark(50), mark(100));

  private record Mistake(String label, String predicted, long count) {}

  private final long[][] counts;
  private final List<String> classes;
  private final double cell;
  private final double side;
  private final boolean turned;
  private final double nameWidth;
  private final double nameHeight;
  private final int stride;

  private ConfusionPlot(long[][] counts, List<String> classes) {
    this.counts = counts;
    this.classes = classes;
    double size = Math.min(LARGEST_CELL, SIDE / classes.size());
    cell = Math.max(1, Math.floor(size * Canvas.DENSITY)) / Canvas.DENSITY;
    side = cell * classes.size();
    double widest = 0;
    for (String name : classes) {
      widest = Math.max(widest, Text.width(Style.TICK, fit(name)));
    }
    nameWidth = Math.ceil(widest);
    turned = widest > cell - 6;
    nameHeight = turned ? widest * Math.sqrt(0.5) + 10 : 16;
    stride = stride(cell);
  }

  private static ColorBar.Mark mark(int percent) {
    return new ColorBar.Mark(Math.sqrt(percent / 100.0), percent + " %");
  }

  /** Names are at least 18 pixels apart: every class, or every 2nd, 5th, 10th, 20th or 50th. */
  private static int stride(double cell) {
    return IntStream.of(1, 2, 5, 10, 20).filter(n -> n * cell >= 18).findFirst().orElse(50);
  }

  /**
   * Draws a confusion matrix, titled with its accuracy.
   *
   * @param counts [K][K], samples of true class (row) predicted as class (column)
   * @param classes K names, 1 to 2000
   * @throws IllegalArgumentException if there is no class or more than 2000, no sample, a negative
   *     count, or the matrix is not K by K
   */
  public static BufferedImage draw(long[][] counts, List<String> classes) {
    requireSquare(counts, classes.size());
    if (classes.size() <= MOST_COUNTED) {
      return new ConfusionPlot(counts, List.copyOf(classes)).draw();
    }
    int[] order = ClassOrder.byConfusion(counts);
    long[][] moved =
        Arrays.stream(order)
            .mapToObj(row -> Arrays.stream(order).mapToLong(c -> counts[row][c]).toArray())
            .toArray(long[][]::new);
    return new ConfusionPlot(moved, Arrays.stream(order).mapToObj(classes::get).toList()).draw();
  }

  private static void requireSquare(long[][] counts, int classes) {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "confusion matrix of %d classes: 1 to %d are supported".formatted(classes, MOST_CLASSES));
    }
    if (counts.length != classes) {
      throw new IllegalArgumentException(
          "confusion matrix has %d rows for %d class names: give one row per class"
              .formatted(counts.length, classes));
    }
    for (int row = 0; row < classes; row++) {
      if (counts[row].length != classes) {
        throw new IllegalArgumentException(
            "row %d of the confusion matrix has %d columns for %d classes: give one per class"
                .formatted(row, counts[row].length, classes));
      }
      for (long count : counts[row]) {
        if (count < 0) {
          throw new IllegalArgumentException(
              "row %d of the confusion matrix has the count %d: counts are 0 or more"
                  .formatted(row, count));
        }
      }
    }
  }

  private BufferedImage draw() {
    String title = title();
    double left = Style.MARGIN + AXIS + nameWidth + 8;
    double top = Style.MARGIN + HEAD;
    double body = Math.max(side, NARROWEST);
    double width = left + body + 18 + ColorBar.SPACE + Style.MARGIN / 2.0;
    double foot = top + Math.max(side + nameHeight + AXIS, SHORTEST_BAR) + Style.MARGIN;
    List<Mistake> mistakes = classes.size() <= MOST_COUNTED ? List.of() : mistakes();
    double height = foot + (mistakes.isEmpty() ? 0 : LIST_HEAD + LISTED_ROWS * LINE);
    try (Canvas canvas = new Canvas(width, height)) {
      drawTitle(canvas, title);
      drawCells(canvas, left, top);
      drawNames(canvas, left, top);
      drawAxes(canvas, left, top);
      drawMistakes(canvas, mistakes, left, foot, body);
      ColorBar.draw(
          canvas, ColorMap.BLUES, MARKS, left + side + 18, top, Math.max(side, SHORTEST_BAR));
      return canvas.image();
    }
  }

  private String title() {
    long right = 0;
    long all = 0;
    for (int row = 0; row < counts.length; row++) {
      right += counts[row][row];
      all += sum(counts[row]);
    }
    if (all == 0) {
      throw new IllegalArgumentException("confusion matrix has no samples: evaluate at least one");
    }
    return String.format(
        Locale.ROOT,
        "Accuracy %.2f %%\n%,d of %,d correct%s",
        100.0 * right / all,
        right,
        all,
        classes.size() > MOST_COUNTED ? "; confused classes are placed together" : "");
  }

  private static long sum(long[] row) {
    long sum = 0;
    for (long count : row) {
      sum += count;
    }
    return sum;
  }

  private static void drawTitle(Canvas canvas, String title) {
    List<String> lines = title.lines().toList();
    canvas.text(
        lines.get(0), Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, Style.MARGIN + 12);
    canvas.text(
        lines.get(1),
        Style.TICK,
        Style.SOFT_INK,
        Canvas.Align.LEFT,
        Style.MARGIN,
        Style.MARGIN + 32);
  }

  private void drawCells(Canvas canvas, double left, double top) {
    @Nullable Font font = classes.size() <= MOST_COUNTED ? countFont() : null;
    for (int row = 0; row < counts.length; row++) {
      long sum = sum(counts[row]);
      for (int column = 0; column < counts.length; column++) {
        long count = counts[row][column];
        double share = sum == 0 ? 0 : Math.sqrt((double) count / sum);
        double x = left + column * cell;
        double y = top + row * cell;
        if (count > 0) {
          canvas.fill(x, y, cell, cell, ColorMap.BLUES.at(share));
        }
        if (font != null) {
          canvas.frame(x + 0.5, y + 0.5, cell - 1, cell - 1, 0.5, Style.GRID);
          Color color = count == 0 ? Style.EDGE : share > 0.6 ? Style.PAPER : Style.INK;
          double baseline = Text.baseline(font, y + cell / 2);
          canvas.text(
              Long.toString(count), font, color, Canvas.Align.CENTER, x + cell / 2, baseline);
        }
      }
    }
    canvas.frame(left, top, side, side, 0.5, Style.EDGE);
  }

  /** Returns the largest font up to size 14 in which the longest count fits its cell. */
  private Font countFont() {
    long largest = 0;
    for (long[] row : counts) {
      for (long count : row) {
        largest = Math.max(largest, count);
      }
    }
    Font font = Style.TEXT.deriveFont(14f);
    double width = Text.width(font, Long.toString(largest));
    double fits = (cell - 6) / width * 14;
    return fits >= 14 ? font : font.deriveFont((float) fits);
  }

  private void drawNames(Canvas canvas, double left, double top) {
    for (int i = 0; i < classes.size(); i += stride) {
      String name = fit(classes.get(i));
      double along = (i + 0.5) * cell;
      double baseline = Text.baseline(Style.TICK, top + along);
      canvas.text(name, Style.TICK, Style.INK, Canvas.Align.RIGHT, left - 8, baseline);
      if (turned) {
        canvas.turned(name, Style.TICK, Style.INK, -45, left + along + 3, top + side + 10);
      } else {
        canvas.text(
            name, Style.TICK, Style.INK, Canvas.Align.CENTER, left + along, top + side + 18);
      }
    }
  }

  private void drawAxes(Canvas canvas, double left, double top) {
    double foot = top + side + nameHeight + AXIS;
    canvas.text(
        "predicted", Style.TEXT, Style.SOFT_INK, Canvas.Align.CENTER, left + side / 2, foot);
    canvas.turned("true", Style.TEXT, Style.SOFT_INK, -90, Style.MARGIN + 8, top + side / 2 - 14);
  }

  private List<Mistake> mistakes() {
    List<Mistake> all = new ArrayList<>();
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts.length; column++) {
        if (row != column && counts[row][column] > 0) {
          all.add(new Mistake(classes.get(row), classes.get(column), counts[row][column]));
        }
      }
    }
    all.sort(Comparator.comparingLong(m -> -m.count()));
    return List.copyOf(all.subList(0, Math.min(2 * LISTED_ROWS, all.size())));
  }

  private static void drawMistakes(
      Canvas canvas, List<Mistake> mistakes, double left, double top, double width) {
    if (mistakes.isEmpty()) {
      return;
    }
    canvas.text("most confused", Style.TEXT, Style.SOFT_INK, Canvas.Align.LEFT, left, top + 6);
    double column = width / 2;
    for (int i = 0; i < mistakes.size(); i++) {
      Mistake m = mistakes.get(i);
      double x = i < LISTED_ROWS ? left : left + column;
      double baseline = top + LIST_HEAD + i % LISTED_ROWS * LINE;
      String count = m.count() + "  ";
      canvas.text(count, Style.TICK, Style.INK, Canvas.Align.RIGHT, x + COUNT_WIDTH, baseline);
      String text = Text.fit(Style.TICK, m.label() + " predicted as " + m.predicted(), column - 50);
      canvas.text(text, Style.TICK, Style.INK, Canvas.Align.LEFT, x + COUNT_WIDTH, baseline);
    }
  }

  private static String fit(String name) {
    return Text.fit(Style.TICK, name, WIDEST_NAME);
  }
}
