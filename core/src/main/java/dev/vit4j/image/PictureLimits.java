package dev.vit4j.image;

import dev.vit4j.format.FormatException;

/**
 * Size limits of an image, checked against its header before pixels are allocated.
 *
 * @param source name of the image in error messages
 * @param maxPixels maximum of width times height
 */
record PictureLimits(String source, long maxPixels) {
  private static final int MOST_CHANNELS = 4;
  private static final long MB = 1 << 20;

  /**
   * Checks the size in a header.
   *
   * @param bytesPerPixel maximum heap per pixel while decoding
   * @throws FormatException if the image is empty or too large
   */
  void check(int width, int height, int bytesPerPixel) throws FormatException {
    long pixels = (long) width * height;
    if (width < 1 || height < 1 || pixels > maxPixels || pixels > maxArray()) {
      throw new FormatException(
          source,
          -1,
          "declares %d x %d pixels; the limit is %d pixels (-D%s)"
              .formatted(
                  width, height, Math.min(maxPixels, maxArray()), Image.MAX_PIXELS_PROPERTY));
    }
    long need = pixels * bytesPerPixel;
    long have = Runtime.getRuntime().maxMemory() / 2;
    if (need > have) {
      throw new FormatException(
          source,
          -1,
          "declares %d x %d pixels, which need up to %d MB of memory; half of this JVM's heap is %d MB (-Xmx)"
              .formatted(width, height, need / MB, have / MB));
    }
  }

  /** Java arrays have at most 2^31 elements. */
  private static long maxArray() {
    return Integer.MAX_VALUE / MOST_CHANNELS;
  }
}
