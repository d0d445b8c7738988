package dev.vit4j.view;

import java.awt.Color;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A legend of class colors and names, in as many columns as fit the width. */
final class ClassLegend {
  private static final double SWATCH = 12;
  private static final double NAME = SWATCH + 7;
  private static final double GAP = 18;
  private static final double LINE = 20;
  private static final double WIDEST_NAME = 160;

  /**
   * One class.
   *
   * @param name class name; truncated if it is too long
   * @param color color of the swatch; null for an empty swatch
   */
  record Entry(String name, @Nullable Color color) {}

  private final List<Entry> entries;
  private final double columnWidth;
  private final int columns;

  ClassLegend(List<Entry> entries, double width) {
    this.entries = entries;
    double widest = 0;
    for (Entry entry : entries) {
      widest = Math.max(widest, Text.width(Style.TEXT, name(entry)));
    }
    this.columnWidth = Math.ceil(NAME + widest + GAP);
    this.columns = Math.max(1, (int) ((width + GAP) / columnWidth));
  }

  private static String name(Entry entry) {
    return Text.fit(Style.TEXT, entry.name(), WIDEST_NAME);
  }

  /** Returns the height in logical pixels. */
  double height() {
    return Math.ceil((double) entries.size() / columns) * LINE;
  }

  /** Draws the legend with its upper left corner at (x, y). */
  void draw(Canvas canvas, double x, double y) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      int row = i / columns;
      int column = i % columns;
      double left = x + column * columnWidth;
      double middle = y + (row + 0.5) * LINE;
      double top = middle - SWATCH / 2;
      if (entry.color() != null) {
        canvas.fill(left, top, SWATCH, SWATCH, entry.color());
      }
      canvas.frame(left, top, SWATCH, SWATCH, 0.5, Style.EDGE);
      double baseline = Text.baseline(Style.TEXT, middle);
      canvas.text(name(entry), Style.TEXT, Style.INK, Canvas.Align.LEFT, left + NAME, baseline);
    }
  }
}
