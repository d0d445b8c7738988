package dev.vit4j.view;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws a grid of images with captions, such as samples with labels or mistakes. Small images are
 * enlarged by an integer factor, so that pixels are sharp squares.
 */
public final class ImageGrid {
  /** Side of the square for one image. */
  private static final int BOX = 112;

  private static final int WIDEST_CELL = 168;
  private static final int GAP = 16;
  private static final int CAPTION = 22;
  private static final int LINE = 15;
  private static final int HEAD = 40;
  private static final double FRAME = 3;

  /**
   * An image of the grid.
   *
   * @param picture image of any size and type; transparent parts are white; large images are
   *     reduced
   * @param caption caption, two lines if it has a line break; long lines are shortened; may be
   *     empty
   * @param frame color of the frame, or null for a thin gray line
   */
  public record Tile(BufferedImage picture, String caption, @Nullable Color frame) {
    /** Reduces large images to the displayed size to save memory. */
    public Tile {
      picture = Pictures.reduced(picture, BOX);
    }

    /** Creates a tile with a neutral frame. */
    public static Tile of(BufferedImage picture, String caption) {
      return new Tile(picture, caption, null);
    }

    /** Creates a tile with a green frame for a correct prediction, else a red one. */
    public static Tile judged(BufferedImage picture, String caption, boolean isRight) {
      return new Tile(picture, caption, isRight ? Style.GREEN : Style.RED);
    }
  }

  private final String title;
  private final List<Tile> tiles;
  private final int columns;
  private final double boxWidth;
  private final double boxHeight;
  private final double cellWidth;
  private final double cellHeight;
  private final double head;

  private ImageGrid(String title, List<Tile> tiles, int columns) {
    this.title = title;
    this.tiles = tiles;
    this.columns = Math.min(columns, tiles.size());
    double widest = 0;
    double tallest = 0;
    double caption = 0;
    int lines = 1;
    for (Tile tile : tiles) {
      double factor = Pictures.factor(tile.picture(), BOX);
      widest = Math.max(widest, Pictures.width(tile.picture(), factor));
      tallest = Math.max(tallest, Pictures.height(tile.picture(), factor));
      for (String line : lines(tile)) {
        caption =
            Math.max(caption, Text.width(Style.TICK, Text.fit(Style.TICK, line, WIDEST_CELL)));
      }
      lines = Math.max(lines, lines(tile).size());
    }
    boxWidth = widest;
    boxHeight = tallest;
    cellWidth = Math.max(boxWidth + 2 * FRAME, caption) + GAP;
    cellHeight = boxHeight + 2 * FRAME + (caption > 0 ? CAPTION + (lines - 1) * LINE : 0) + GAP;
    head = title.isBlank() ? 0 : HEAD;
  }

  /**
   * Draws the grid, row by row from the upper left.
   *
   * @param title one line above all; may be empty
   * @param tiles at least one
   * @param columns number of images in a row, at least 1
   * @throws IllegalArgumentException if there is no tile, {@code columns} is below 1, or the image
   *     would exceed 100 million pixels
   */
  public static BufferedImage draw(String title, List<Tile> tiles, int columns) {
    if (tiles.isEmpty()) {
      throw new IllegalArgumentException("image grid has no images: give at least one");
    }
    if (columns < 1) {
      throw new IllegalArgumentException(
          "image grid of %d columns: use at least 1".formatted(columns));
    }
    return new ImageGrid(title, List.copyOf(tiles), columns).draw();
  }

  private BufferedImage draw() {
    int rows = (tiles.size() + columns - 1) / columns;
    double width = Math.max(columns * cellWidth + 2 * Style.MARGIN - GAP, titleWidth());
    double height = rows * cellHeight + 2 * Style.MARGIN - GAP + head;
    try (Canvas canvas = new Canvas(width, height)) {
      double left = Style.MARGIN - GAP / 2.0;
      drawTitle(canvas, width);
      for (int i = 0; i < tiles.size(); i++) {
        int row = i / columns;
        int column = i % columns;
        double x = left + column * cellWidth;
        double y = Style.MARGIN + head + row * cellHeight;
        drawTile(canvas, tiles.get(i), x + cellWidth / 2, y + FRAME);
      }
      return canvas.image();
    }
  }

  /** A long title widens a narrow grid up to a limit. */
  private double titleWidth() {
    return Math.min(420, Text.width(Style.TITLE, title) + 2 * Style.MARGIN);
  }

  private void drawTitle(Canvas canvas, double width) {
    String line = Text.fit(Style.TITLE, title, width - 2 * Style.MARGIN);
    double baseline = Text.baseline(Style.TITLE, Style.MARGIN + 10);
    canvas.text(line, Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
  }

  private void drawTile(Canvas canvas, Tile tile, double middle, double y) {
    double factor = Pictures.factor(tile.picture(), BOX);
    double width = Pictures.width(tile.picture(), factor);
    double height = Pictures.height(tile.picture(), factor);
    double x = Math.round((middle - width / 2) * Canvas.DENSITY) / (double) Canvas.DENSITY;
    double top =
        Math.round((y + (boxHeight - height) / 2) * Canvas.DENSITY) / (double) Canvas.DENSITY;
    Pictures.draw(canvas, tile.picture(), factor, x, top);
    Color frame = tile.frame();
    canvas.frame(
        x, top, width, height, frame == null ? 0.5 : FRAME, frame == null ? Style.EDGE : frame);
    double baseline = y + boxHeight + FRAME + 16;
    for (String line : lines(tile)) {
      String caption = Text.fit(Style.TICK, line, cellWidth - GAP + 1);
      canvas.text(caption, Style.TICK, Style.INK, Canvas.Align.CENTER, middle, baseline);
      baseline += LINE;
    }
  }

  private static List<String> lines(Tile tile) {
    return List.of(tile.caption().split("\n", 2));
  }
}
