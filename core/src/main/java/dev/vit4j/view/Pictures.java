package dev.vit4j.view;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/** Scales images to a box: small ones by nearest neighbor, large ones smoothly. */
final class Pictures {
  private Pictures() {}

  /**
   * Returns the number of device pixels per image pixel that fits the image into a box of {@code
   * box} by {@code box} logical pixels: an integer, or a fraction below 1 for larger images.
   */
  static double factor(BufferedImage picture, int box) {
    double fits = (double) box * Canvas.DENSITY / Math.max(picture.getWidth(), picture.getHeight());
    return fits >= 1 ? Math.floor(fits) : fits;
  }

  /** Returns the width in logical pixels when drawn with {@code factor}. */
  static double width(BufferedImage picture, double factor) {
    return Math.max(1, Math.round(picture.getWidth() * factor)) / (double) Canvas.DENSITY;
  }

  /** Returns the height in logical pixels when drawn with {@code factor}. */
  static double height(BufferedImage picture, double factor) {
    return Math.max(1, Math.round(picture.getHeight() * factor)) / (double) Canvas.DENSITY;
  }

  /** Returns the image, smoothly reduced to fit a box of {@code box} logical pixels if larger. */
  static BufferedImage reduced(BufferedImage picture, int box) {
    double factor = factor(picture, box);
    if (factor >= 1) {
      return picture;
    }
    int width = (int) Math.round(width(picture, factor) * Canvas.DENSITY);
    int height = (int) Math.round(height(picture, factor) * Canvas.DENSITY);
    return scaled(halved(opaque(picture), width, height), width, height);
  }

  /** Returns a copy of this size in device pixels: nearest neighbor if larger, else smooth. */
  static BufferedImage fitted(BufferedImage picture, int width, int height) {
    BufferedImage source = halved(opaque(picture), width, height);
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = result.createGraphics();
    interpolate(g, width < picture.getWidth());
    g.drawImage(source, 0, 0, width, height, null);
    g.dispose();
    return result;
  }

  /** Draws the image with its upper left corner at (x, y), rounded to device pixels. */
  static void draw(Canvas canvas, BufferedImage picture, double factor, double x, double y) {
    int width = (int) Math.round(width(picture, factor) * Canvas.DENSITY);
    int height = (int) Math.round(height(picture, factor) * Canvas.DENSITY);
    BufferedImage source = halved(opaque(picture), width, height);
    Graphics2D g = (Graphics2D) canvas.graphics().create();
    g.setTransform(new AffineTransform());
    interpolate(g, factor < 1);
    g.drawImage(
        source,
        (int) Math.round(x * Canvas.DENSITY),
        (int) Math.round(y * Canvas.DENSITY),
        width,
        height,
        null);
    g.dispose();
  }

  /** Halves repeatedly, which averages all pixels; a single large step would skip most of them. */
  private static BufferedImage halved(BufferedImage picture, int width, int height) {
    BufferedImage half = picture;
    while (half.getWidth() >= 2 * width && half.getHeight() >= 2 * height) {
      half = scaled(half, half.getWidth() / 2, half.getHeight() / 2);
    }
    return half;
  }

  /** Converts to RGB on white; reducing gray images directly would change their brightness. */
  private static BufferedImage opaque(BufferedImage picture) {
    return picture.getType() == BufferedImage.TYPE_INT_RGB
        ? picture
        : scaled(picture, picture.getWidth(), picture.getHeight());
  }

  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = result.createGraphics();
    interpolate(g, true);
    g.drawImage(picture, 0, 0, width, height, Style.PAPER, null);
    g.dispose();
    return result;
  }

  private static void interpolate(Graphics2D g, boolean smooth) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        smooth
            ? RenderingHints.VALUE_INTERPOLATION_BILINEAR
            : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
  }
}
