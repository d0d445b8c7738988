package dev.vit4j.view;

import java.util.List;

/**
 * The area of a plot of curves, with frame, grid and axis labels; sizes are in logical pixels.
 *
 * @param x left edge
 * @param y upper edge
 * @param width width of the frame
 * @param height height of the frame
 * @param epochs range of the horizontal axis
 * @param values range of the vertical axis
 */
record PlotArea(double x, double y, double width, double height, Range epochs, Range values) {
  /** Fraction of the frame that values span; the rest is margin. */
  private static final double CONTENT = 0.92;

  private static final int MOST_EPOCH_TICKS = 6;

  double x(double epoch) {
    return x + width * inset(epochs.share(epoch));
  }

  double y(double value) {
    return y + height * (1 - inset(values.share(value)));
  }

  double bottom() {
    return y + height;
  }

  private static double inset(double share) {
    return (1 - CONTENT) / 2 + CONTENT * share;
  }

  /** Returns the range of the horizontal axis; a single epoch is centered. */
  static Range epochs(List<Double> epoch) {
    double first = epoch.get(0);
    double last = epoch.get(epoch.size() - 1);
    return first < last ? new Range(first, last) : new Range(first - 1, first + 1);
  }

  /**
   * Draws everything except the curves.
   *
   * @param labels one label per tick
   */
  void draw(Canvas canvas, List<Double> ticks, List<String> labels, List<Double> epoch) {
    for (int i = 0; i < ticks.size(); i++) {
      double at = y(ticks.get(i));
      canvas.fill(x, at - 0.5, width, 1, Style.GRID);
      canvas.text(
          labels.get(i),
          Style.TICK,
          Style.SOFT_INK,
          Canvas.Align.RIGHT,
          x - 6,
          Text.baseline(Style.TICK, at));
    }
    canvas.frame(x, y, width, height, 1, Style.EDGE);
    drawEpochs(canvas, epoch.get(0), epoch.get(epoch.size() - 1));
  }

  private void drawEpochs(Canvas canvas, double first, double last) {
    Ticks ticks = Ticks.whole(epochs, MOST_EPOCH_TICKS);
    for (double tick : ticks.values()) {
      if (tick >= first && tick <= last) {
        canvas.fill(x(tick) - 0.5, bottom() + 1, 1, 4, Style.EDGE);
        below(canvas, ticks.label(tick), x(tick), 18);
      }
    }
    below(canvas, "epoch", x + width / 2, 36);
  }

  private void below(Canvas canvas, String text, double middle, double distance) {
    double baseline = bottom() + distance;
    canvas.text(text, Style.TICK, Style.SOFT_INK, Canvas.Align.CENTER, middle, baseline);
  }
}
