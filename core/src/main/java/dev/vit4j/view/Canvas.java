package dev.vit4j.view;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * A white canvas in logical pixels, drawn with two device pixels each, so that text is sharp on
 * high-density screens.
 */
final class Canvas implements AutoCloseable {
  /** Device pixels per logical pixel. */
  static final int DENSITY = 2;

  /** Maximum image size in device pixels, which protects the heap. */
  private static final long MOST_PIXELS = 100_000_000L;

  enum Align {
    LEFT(0),
    CENTER(0.5),
    RIGHT(1);

    final double share;

    Align(double share) {
      this.share = share;
    }
  }

  private final BufferedImage image;
  private final Graphics2D graphics;

  /**
   * @param width logical pixels
   * @param height logical pixels
   * @throws IllegalArgumentException if the image would be too large
   */
  Canvas(double width, double height) {
    Fonts.require();
    double pixels = Math.ceil(width) * Math.ceil(height) * DENSITY * DENSITY;
    if (pixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "picture of %.0f x %.0f pixels is too large to draw: show fewer items"
              .formatted(width * DENSITY, height * DENSITY));
    }
    image =
        new BufferedImage(
            (int) Math.ceil(width) * DENSITY,
            (int) Math.ceil(height) * DENSITY,
            BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.scale(DENSITY, DENSITY);
    hint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    hint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    hint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    hint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    fill(0, 0, image.getWidth(), image.getHeight(), Style.PAPER);
  }

  private void hint(RenderingHints.Key key, Object value) {
    graphics.setRenderingHint(key, value);
  }

  BufferedImage image() {
    return image;
  }

  Graphics2D graphics() {
    return graphics;
  }

  void fill(double x, double y, double width, double height, Color color) {
    graphics.setColor(color);
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  /** Draws the border of a rectangle on its outside. */
  void frame(double x, double y, double width, double height, double thickness, Color color) {
    fill(x - thickness, y - thickness, width + 2 * thickness, thickness, color);
    fill(x - thickness, y + height, width + 2 * thickness, thickness, color);
    fill(x - thickness, y, thickness, height, color);
    fill(x + width, y, thickness, height, color);
  }

  /** Draws one line of text; {@code x} is its left end, center or right end. */
  void text(String text, Font font, Color color, Align align, double x, double baseline) {
    graphics.setFont(font);
    graphics.setColor(color);
    double left = x - align.share * Text.width(font, text);
    graphics.drawString(text, (float) left, (float) baseline);
  }

  /** Draws one line of text rotated clockwise by {@code degrees} about its end. */
  void turned(String text, Font font, Color color, double degrees, double x, double y) {
    AffineTransform before = graphics.getTransform();
    graphics.rotate(Math.toRadians(degrees), x, y);
    text(text, font, color, Align.RIGHT, x, Text.baseline(font, y));
    graphics.setTransform(before);
  }

  @Override
  public void close() {
    graphics.dispose();
  }
}
