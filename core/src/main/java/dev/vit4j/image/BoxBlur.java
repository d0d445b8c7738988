package dev.vit4j.image;

/**
 * Pillow's {@code ImageFilter.GaussianBlur}: three box blurs along each row, then three along each
 * column, in 24-bit fixed point. Boxes may end within a pixel; outside, the edge goes on.
 *
 * <p>Gwosdek et al. 2011, "Theoretical Foundations of Gaussian Convolution by Extended Box
 * Filtering".
 */
final class BoxBlur {
  private static final int PASSES = 3;

  private final int radius;
  private final int inner; // weight of a pixel wholly in the box, of 2^24
  private final int outer; // weight of the two pixels at its ends

  private BoxBlur(float boxRadius) {
    radius = (int) boxRadius;
    inner = (int) ((1 << 24) / (boxRadius * 2 + 1));
    outer = ((1 << 24) - (radius * 2 + 1) * inner) / 2;
  }

  /**
   * Blurs.
   *
   * @param sigma standard deviation in pixels, Pillow's {@code radius}
   */
  static Image gaussian(Image image, double sigma) {
    float boxRadius = boxRadius((float) sigma);
    if (boxRadius == 0) {
      return image;
    }
    BoxBlur box = new BoxBlur(boxRadius);
    int width = image.width();
    int height = image.height();
    int channels = image.channels();
    byte[] out = image.pixels().clone();
    int[] line = new int[Math.max(width, height)];
    int[] other = new int[line.length];
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < channels; c++) {
        box.blur(out, y * width * channels + c, channels, width, line, other);
      }
    }
    for (int i = 0; i < width * channels; i++) {
      box.blur(out, i, width * channels, height, line, other);
    }
    return new Image(width, height, channels, out);
  }

  private static float boxRadius(float sigma) {
    float variance = sigma * sigma / PASSES;
    float length = (float) Math.sqrt(12.0 * variance + 1.0);
    float whole = (float) Math.floor((length - 1.0) / 2.0);
    float rest = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
    rest /= 6 * (variance - (whole + 1) * (whole + 1));
    return whole + rest;
  }

  /** All passes over the values at {@code from}, {@code from + step} and so on. */
  private void blur(byte[] pixels, int from, int step, int size, int[] line, int[] other) {
    for (int i = 0, p = from; i < size; i++, p += step) {
      line[i] = pixels[p] & 0xff;
    }
    pass(line, other, size);
    pass(other, line, size);
    pass(line, other, size);
    for (int i = 0, p = from; i < size; i++, p += step) {
      pixels[p] = (byte) other[i];
    }
  }

  private void pass(int[] in, int[] out, int size) {
    int last = size - 1;
    int sum = in[0] * (radius + 1); // of the box around the pixel before the first
    for (int i = 0; i < radius; i++) {
      sum += in[Math.min(i, last)];
    }
    for (int i = 0; i < size; i++) {
      int left = in[Math.max(i - radius - 1, 0)];
      sum += in[Math.min(i + radius, last)] - left;
      int weighted = sum * inner + (left + in[Math.min(i + radius + 1, last)]) * outer;
      out[i] = (weighted + (1 << 23)) >>> 24; // 32 bits without a sign
    }
  }
}
