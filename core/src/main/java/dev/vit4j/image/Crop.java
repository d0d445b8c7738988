package dev.vit4j.image;

import java.util.Arrays;

/** Crops a rectangle from an image. */
public final class Crop {
  private Crop() {}

  /**
   * Returns the rectangle that starts at (top, left).
   *
   * @param top first row, may lie outside the image
   * @param left first column, may lie outside the image
   * @return [height, width, C]; black where the image has no pixels
   */
  public static Image of(Image image, int top, int left, int height, int width) {
    return of(image, top, left, height, width, 0);
  }

  /**
   * Crops the same rectangle from an image and its mask. Outside of them, the image is black and
   * the mask {@link ImageAndMask#IGNORE_INDEX}.
   */
  public static ImageAndMask of(ImageAndMask pair, int top, int left, int height, int width) {
    return new ImageAndMask(
        of(pair.image(), top, left, height, width),
        of(pair.mask(), top, left, height, width, ImageAndMask.IGNORE_INDEX));
  }

  private static Image of(Image image, int top, int left, int height, int width, int fill) {
    int channels = image.channels();
    if (top == 0 && left == 0 && height == image.height() && width == image.width()) {
      return image;
    }
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
    if (fill != 0) {
      Arrays.fill(out, (byte) fill);
    }
    int x0 = Math.max(0, -left);
    int x1 = Math.min(width, image.width() - left);
    for (int y = Math.max(0, -top); y < Math.min(height, image.height() - top); y++) {
      if (x1 > x0) {
        int from = ((top + y) * image.width() + left + x0) * channels;
        System.arraycopy(
            image.pixels(), from, out, (y * width + x0) * channels, (x1 - x0) * channels);
      }
    }
    return new Image(width, height, channels, out);
  }
}
