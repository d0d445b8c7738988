package dev.vit4j.view;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.ArrayList;
import java.util.List;

/** Measures text and shortens it to a width; works before any image exists. */
final class Text {
  private static final String ELLIPSIS = "…";
  private static final int LONGEST = 300;

  private Text() {}

  /** Width of {@code text} in logical pixels. */
  static double width(Font font, String text) {
    // Not a constant: the first use of a font must fail inside Canvas's check, not in a static
    // block.
    return font.getStringBounds(text, new FontRenderContext(null, true, true)).getWidth();
  }

  /**
   * {@code text} on one line, its end replaced by an ellipsis where it is wider than {@code max}.
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

  /** {@code text} in lines no wider than {@code max}, broken between words. */
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

  /** The baseline that puts capitals and digits of {@code font} in the middle of {@code y}. */
  static double baseline(Font font, double y) {
    return y + 0.36 * font.getSize2D();
  }

  /** Names come from files: a line break or a control character must not bend the layout. */
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
