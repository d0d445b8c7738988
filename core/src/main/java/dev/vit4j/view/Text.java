package dev.vit4j.view;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.ArrayList;
import java.util.List;

/** Measures text and truncates it to a width; needs no image. */
final class Text {
  private static final String ELLIPSIS = "…";
  private static final int LONGEST = 300;

  private Text() {}

  /** Returns the width of {@code text} in logical pixels. */
  static double width(Font font, String text) {
    // Not a constant: the first use of a font must fail inside Canvas's check, not in a static
    // initializer.
    return font.getStringBounds(text, new FontRenderContext(null, true, true)).getWidth();
  }

  /**
   * Returns {@code text} on one line, truncated with an ellipsis if it is wider than {@code max}.
   */
  static String fit(Font font, String text, double max) {
    String line = oneLine(text);
    if (width(font, line) <= max) {
      return line;
    }
    int low = 0;
    int high = line.codePointCount(0, line.length()) - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (width(font, start(line, middle)) <= max) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low == 0 ? "" : start(line, low);
  }

  /** Wraps {@code text} between words to lines no wider than {@code max}. */
  static List<String> lines(Font font, String text, double max) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : oneLine(text).split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && width(font, longer) > max) {
        lines.add(line);
        longer = word;
      }
      line = longer;
    }
    lines.add(fit(font, line, max));
    return lines;
  }

  /** Returns the baseline that centers capitals and digits of {@code font} vertically at y. */
  static double baseline(Font font, double y) {
    return y + 0.36 * font.getSize2D();
  }

  /** Replaces line breaks and control characters, which names from files may contain. */
  private static String oneLine(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.codePointCount(0, line.length()) <= LONGEST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + ELLIPSIS;
  }

  private static String start(String line, int codePoints) {
    return line.substring(0, line.offsetByCodePoints(0, codePoints)).stripTrailing() + ELLIPSIS;
  }
}
