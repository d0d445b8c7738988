package dev.vit4j.view;

import java.util.List;

/** The legend of a color map: a vertical strip with its values. */
final class ColorBar {
  static final double WIDTH = 14;

  /** Logical pixels from the left edge of the strip to the right end of its longest label. */
  static final double SPACE = 70;

  /**
   * A label beside the strip.
   *
   * @param place 0 (bottom) to 1 (top)
   * @param label text
   */
  record Mark(double place, String label) {}

  private static final double BESIDE = 8; // distance between strip and labels

  private ColorBar() {}

  /** Returns the space for long labels. */
  static double space(List<Mark> marks) {
    double widest = 0;
    for (Mark mark : marks) {
      widest = Math.max(widest, Text.width(Style.TICK, mark.label()));
    }
    return WIDTH + BESIDE + Math.ceil(widest);
  }

  static void draw(
      Canvas canvas, ColorMap map, List<Mark> marks, double x, double y, double height) {
    draw(canvas, map, marks, x, y, height, SPACE);
  }

  /** Draws the bar and shortens labels that need more than {@code space}. */
  static void draw(
      Canvas canvas,
      ColorMap map,
      List<Mark> marks,
      double x,
      double y,
      double height,
      double space) {
    int lines = (int) Math.round(height * Canvas.DENSITY);
    double line = height / lines;
    for (int i = 0; i < lines; i++) {
      canvas.fill(x, y + i * line, WIDTH, line, map.at(1 - (i + 0.5) / lines));
    }
    canvas.frame(x, y, WIDTH, height, 0.5, Style.EDGE);
    for (Mark mark : marks) {
      double at = y + (1 - mark.place()) * height;
      canvas.fill(x + WIDTH, at - 0.25, 4, 0.5, Style.SOFT_INK);
      canvas.text(
          Text.fit(Style.TICK, mark.label(), space - WIDTH - BESIDE),
          Style.TICK,
          Style.SOFT_INK,
          Canvas.Align.LEFT,
          x + WIDTH + BESIDE,
          Text.baseline(Style.TICK, at));
    }
  }
}
