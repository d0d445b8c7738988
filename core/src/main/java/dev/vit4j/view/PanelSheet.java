package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A grid of small images of equal size, with a title and a note above, names of rows and columns or
 * a caption below each image, and a color bar.
 */
final class PanelSheet {
  private static final int TITLE_LINE = 24;
  private static final int NOTE_LINE = 18;
  private static final int CAPTION = 20;
  private static final int NAME = 20;
  private static final double NARROWEST = 420;
  private static final double SHORTEST_BAR = 100;

  /** Minimum distance of names; if panels are smaller, only every n-th one has a name. */
  private static final double NAME_DISTANCE = 22;

  /**
   * Names of rows or columns.
   *
   * @param title title of the axis; may be empty
   * @param names one name per row or column; empty for no names
   */
  record Axis(String title, List<String> names) {
    static final Axis NONE = new Axis("", List.of());

    /** Returns names 1 to {@code count}. */
    static Axis numbered(String title, int count) {
      return new Axis(title, IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList());
    }
  }

  /**
   * A color bar.
   *
   * @param marks labels along the bar
   */
  record Legend(ColorMap map, List<ColorBar.Mark> marks) {}

  private final List<BufferedImage> panels;
  private final int columns;
  private final int box;
  private String title = "";
  private String note = "";
  private double gap = 8;
  private List<String> captions = List.of();
  private Axis rowAxis = Axis.NONE;
  private Axis columnAxis = Axis.NONE;
  private @Nullable Legend legend;
  private boolean isFramed;

  /**
   * @param panels at least one, all of equal size
   * @param columns panels per row
   * @param box maximum length of a panel's longer side in logical pixels
   */
  PanelSheet(List<BufferedImage> panels, int columns, int box) {
    this.panels = panels;
    this.columns = Math.min(columns, panels.size());
    this.box = box;
  }

  PanelSheet title(String text, String below) {
    title = text;
    note = below;
    return this;
  }

  PanelSheet gap(double pixels) {
    gap = pixels;
    return this;
  }

  PanelSheet captions(List<String> texts) {
    captions = texts;
    return this;
  }

  PanelSheet axes(Axis rows, Axis across) {
    rowAxis = rows;
    columnAxis = across;
    return this;
  }

  /** Draws a thin frame around every panel, since white panels would not stand out. */
  PanelSheet framed() {
    isFramed = true;
    return this;
  }

  PanelSheet legend(ColorMap map, List<ColorBar.Mark> marks) {
    legend = new Legend(map, marks);
    return this;
  }

  BufferedImage draw() {
    double factor = Pictures.factor(panels.get(0), box);
    double width = Pictures.width(panels.get(0), factor);
    double height = Pictures.height(panels.get(0), factor);
    double cellWidth = Math.max(width, widestCaption()) + gap;
    double cellHeight = height + (captions.isEmpty() ? 0 : CAPTION) + gap;
    int rows = (panels.size() + columns - 1) / columns;
    double left = Style.MARGIN + (rowAxis.names().isEmpty() ? 0 : rowNames());
    double bodyWidth = columns * cellWidth - gap;
    double bodyHeight = rows * cellHeight - gap;
    double space = legend == null ? 0 : ColorBar.space(legend.marks());
    double right = left + bodyWidth + (legend == null ? 0 : 20 + space);
    double sheet = Math.max(right + Style.MARGIN, NARROWEST);
    double room = sheet - 2 * Style.MARGIN;
    List<String> titles = title.isBlank() ? List.of() : Text.lines(Style.TITLE, title, room);
    List<String> notes = note.isBlank() ? List.of() : Text.lines(Style.TEXT, note, room);
    double head = titles.size() * TITLE_LINE + notes.size() * NOTE_LINE;
    double top = Style.MARGIN + head + (head > 0 ? 10 : 0) + columnNames();
    double under = captions.isEmpty() ? 0 : CAPTION;
    double bar = legend == null ? 0 : Math.max(bodyHeight - under, SHORTEST_BAR);
    try (Canvas canvas = new Canvas(sheet, top + Math.max(bodyHeight, bar) + Style.MARGIN)) {
      drawHead(canvas, titles, notes);
      drawAxes(canvas, left, top, cellWidth, cellHeight, height);
      for (int i = 0; i < panels.size(); i++) {
        double x = left + i % columns * cellWidth + Math.floor((cellWidth - gap - width) / 2);
        int row = i / columns;
        double y = top + row * cellHeight;
        Pictures.draw(canvas, panels.get(i), factor, x, y);
        if (isFramed) {
          canvas.frame(x, y, width, height, 0.5, Style.EDGE);
        }
        if (!captions.isEmpty()) {
          canvas.text(
              captions.get(i),
              Style.TICK,
              Style.INK,
              Canvas.Align.CENTER,
              x + width / 2,
              y + height + 15);
        }
      }
      if (legend != null) {
        double x = left + bodyWidth + 20;
        ColorBar.draw(canvas, legend.map(), legend.marks(), x, top, bar, space);
      }
      return canvas.image();
    }
  }

  private double widestCaption() {
    return Math.ceil(captions.stream().mapToDouble(c -> Text.width(Style.TICK, c)).max().orElse(0));
  }

  private double rowNames() {
    double names =
        rowAxis.names().stream().mapToDouble(n -> Text.width(Style.TICK, n)).max().orElse(0);
    return Math.ceil(names) + 10 + (rowAxis.title().isEmpty() ? 0 : NAME);
  }

  private double columnNames() {
    return columnAxis.names().isEmpty() ? 0 : NAME + (columnAxis.title().isEmpty() ? 0 : NAME);
  }

  private static void drawHead(Canvas canvas, List<String> titles, List<String> notes) {
    double y = Style.MARGIN;
    for (String line : titles) {
      double baseline = Text.baseline(Style.TITLE, y + 8);
      canvas.text(line, Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
      y += TITLE_LINE;
    }
    for (String line : notes) {
      double baseline = Text.baseline(Style.TEXT, y + 6);
      canvas.text(line, Style.TEXT, Style.SOFT_INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
      y += NOTE_LINE;
    }
  }

  private void drawAxes(
      Canvas canvas, double left, double top, double cellWidth, double cellHeight, double height) {
    int step = Math.max(1, (int) Math.ceil(NAME_DISTANCE / cellWidth));
    for (int i = 0; i < columnAxis.names().size(); i += step) {
      double middle = left + i * cellWidth + (cellWidth - gap) / 2;
      String name = Text.fit(Style.TICK, columnAxis.names().get(i), step * cellWidth);
      canvas.text(name, Style.TICK, Style.SOFT_INK, Canvas.Align.CENTER, middle, top - 8);
    }
    if (!columnAxis.title().isEmpty()) {
      double middle = left + (columnAxis.names().size() * cellWidth - gap) / 2;
      double baseline = top - 8 - NAME;
      canvas.text(columnAxis.title(), Style.TICK, Style.INK, Canvas.Align.CENTER, middle, baseline);
    }
    step = Math.max(1, (int) Math.ceil(NAME_DISTANCE / cellHeight));
    for (int i = 0; i < rowAxis.names().size(); i += step) {
      double baseline = Text.baseline(Style.TICK, top + i * cellHeight + height / 2);
      String name = rowAxis.names().get(i);
      canvas.text(name, Style.TICK, Style.SOFT_INK, Canvas.Align.RIGHT, left - 8, baseline);
    }
    if (!rowAxis.title().isEmpty()) {
      double half = Text.width(Style.TICK, rowAxis.title()) / 2;
      double middle = top + (rowAxis.names().size() * cellHeight - gap) / 2;
      canvas.turned(rowAxis.title(), Style.TICK, Style.INK, -90, Style.MARGIN + 6, middle - half);
    }
  }
}
