package dev.vit4j.view;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws texts whose words are shaded by a value each. */
public final class WordsPlot {
  private static final double WIDTH = 760;
  private static final double HEAD = 24;
  private static final double NOTE = 18;
  private static final double BOX = 30;
  private static final double VALUE = 18;
  private static final double PADDING = 6;
  private static final double SPACE = 5; // between words; the parts of a word touch
  private static final double BETWEEN = 16; // texts
  private static final int MOST_WORDS = 400;

  /**
   * A text.
   *
   * @param words parts of the text; a part that ends a word ends with a blank
   * @param values one per part, at least 0
   * @param remark drawn above the text
   */
  public record Line(List<String> words, float[] values, String remark) {}

  private record Box(String text, float value, double share, double x, double y, double width) {}

  private WordsPlot() {}

  /**
   * Draws the texts one below the other, each on its own scale from 0 to its largest value.
   *
   * @param title one line above all
   * @param note meaning of the values
   * @param lines at least one; of a long text only the first 400 parts are drawn
   */
  public static BufferedImage draw(String title, String note, List<Line> lines) {
    List<String> notes = Text.lines(Style.TEXT, note, WIDTH);
    double y = Style.MARGIN + HEAD + notes.size() * NOTE + 10;
    List<Double> tops = new ArrayList<>();
    List<Box> boxes = new ArrayList<>();
    for (Line line : lines) {
      tops.add(y);
      y = place(line, y + NOTE, boxes) + BETWEEN;
    }
    try (Canvas canvas = new Canvas(WIDTH + 2 * Style.MARGIN, y - BETWEEN + Style.MARGIN)) {
      double baseline = Text.baseline(Style.TITLE, Style.MARGIN + 8);
      canvas.text(title, Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
      for (int i = 0; i < notes.size(); i++) {
        soft(canvas, notes.get(i), Style.MARGIN + HEAD + i * NOTE + 6);
      }
      for (int i = 0; i < lines.size(); i++) {
        soft(canvas, lines.get(i).remark(), tops.get(i) + 6);
      }
      boxes.forEach(box -> draw(canvas, box));
      return canvas.image();
    }
  }

  private static void soft(Canvas canvas, String text, double middle) {
    double baseline = Text.baseline(Style.TEXT, middle);
    canvas.text(text, Style.TEXT, Style.SOFT_INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
  }

  /** Adds the boxes of a text and returns the bottom of the last row. */
  private static double place(Line line, double top, List<Box> boxes) {
    float largest = 0;
    for (float value : line.values()) {
      largest = Math.max(largest, value);
    }
    double x = Style.MARGIN;
    double y = top;
    for (int i = 0; i < Math.min(MOST_WORDS, line.words().size()); i++) {
      String word = Text.fit(Style.TEXT, line.words().get(i), WIDTH - 2 * PADDING);
      float value = line.values()[i];
      double text = Math.max(Text.width(Style.TEXT, word), Text.width(Style.TICK, number(value)));
      double width = text + 2 * PADDING;
      if (x + width > Style.MARGIN + WIDTH && x > Style.MARGIN) {
        x = Style.MARGIN;
        y += BOX + VALUE + SPACE;
      }
      boxes.add(new Box(word, value, largest > 0 ? value / largest : 0, x, y, width));
      x += width + (line.words().get(i).endsWith(" ") ? SPACE : 0);
    }
    return y + BOX + VALUE;
  }

  private static void draw(Canvas canvas, Box box) {
    canvas.fill(box.x(), box.y(), box.width(), BOX, ColorMap.BLUES.at(box.share()));
    canvas.frame(box.x(), box.y(), box.width(), BOX, 0.5, Style.EDGE);
    Color ink = box.share() > 0.6 ? Style.PAPER : Style.INK;
    double middle = box.x() + box.width() / 2;
    double baseline = Text.baseline(Style.TEXT, box.y() + BOX / 2);
    canvas.text(box.text(), Style.TEXT, ink, Canvas.Align.CENTER, middle, baseline);
    double below = Text.baseline(Style.TICK, box.y() + BOX + VALUE / 2);
    canvas.text(
        number(box.value()), Style.TICK, Style.SOFT_INK, Canvas.Align.CENTER, middle, below);
  }

  private static String number(float value) {
    return String.format(Locale.ROOT, value == 0 || value >= 0.001 ? "%.3f" : "%.0e", value);
  }
}
