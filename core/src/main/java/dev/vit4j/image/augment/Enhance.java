package dev.vit4j.image.augment;

import dev.vit4j.image.Image;

/**
 * Pillow's {@code ImageEnhance}: an image blended with a plainer one, {@code plain + factor *
 * (value - plain)}. Factor 0 gives the plain image, 1 the image itself, more exaggerates.
 *
 * <p>Computed in floats and truncated, as Pillow does.
 */
final class Enhance {
  private static final int ZERO = 255;

  private Enhance() {}

  /** Blended with black. */
  static Image brightness(Image image, double factor) {
    return towards(image, 0, (float) factor);
  }

  /** Blended with its mean gray. */
  static Image contrast(Image image, double factor) {
    byte[] grey = image.toGrey().pixels();
    long sum = 0;
    for (byte value : grey) {
      sum += value & 0xff;
    }
    return towards(image, (int) ((double) sum / grey.length + 0.5), (float) factor);
  }

  /** Blended with itself in gray; a gray image stays. */
  static Image color(Image image, double factor) {
    if (image.channels() == 1 || factor == 1) {
      return image;
    }
    byte[] grey = image.toGrey().pixels();
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    float[] shifts = shifts((float) factor);
    for (int i = 0, p = 0; i < grey.length; i++, p += 3) {
      int plain = grey[i] & 0xff;
      out[p] = clipped(plain + shifts[ZERO + (in[p] & 0xff) - plain]);
      out[p + 1] = clipped(plain + shifts[ZERO + (in[p + 1] & 0xff) - plain]);
      out[p + 2] = clipped(plain + shifts[ZERO + (in[p + 2] & 0xff) - plain]);
    }
    return new Image(image.width(), image.height(), 3, out);
  }

  /** Blended with itself smoothed; the border, which Pillow's filter leaves alone, stays. */
  static Image sharpness(Image image, double factor) {
    if (factor == 1) {
      return image;
    }
    int channels = image.channels();
    int stride = image.width() * channels;
    byte[] in = image.pixels();
    byte[] out = in.clone();
    float[] shifts = shifts((float) factor);
    int[] sums = new int[stride]; // of three pixels one above the other
    for (int y = 1; y < image.height() - 1; y++) {
      int row = y * stride;
      for (int i = 0; i < stride; i++) {
        int above = in[row - stride + i] & 0xff;
        sums[i] = above + (in[row + i] & 0xff) + (in[row + stride + i] & 0xff);
      }
      for (int i = channels; i < stride - channels; i++) {
        // Pillow's SMOOTH: nine neighbors, the middle five times, over 13, rounded.
        int middle = in[row + i] & 0xff;
        int sum = sums[i - channels] + sums[i] + sums[i + channels] + 4 * middle;
        int smooth = (2 * sum + 13) / 26;
        out[row + i] = clipped(smooth + shifts[ZERO + middle - smooth]);
      }
    }
    return new Image(image.width(), image.height(), channels, out);
  }

  /** The blend's second term for each difference, -255 to 255, from {@link #ZERO} on. */
  private static float[] shifts(float alpha) {
    float[] shifts = new float[2 * ZERO + 1];
    for (int difference = -ZERO; difference <= ZERO; difference++) {
      shifts[ZERO + difference] = alpha * difference;
    }
    return shifts;
  }

  private static byte clipped(float value) {
    int level = (int) value;
    return (byte) (level < 0 ? 0 : level > 255 ? 255 : level);
  }

  private static Image towards(Image image, int plain, float alpha) {
    byte[] table = new byte[256];
    for (int v = 0; v < table.length; v++) {
      table[v] = blend(plain, v, alpha);
    }
    return PointOps.map(image, table);
  }

  /** {@code Image.blend} of two values; also of whole images in {@link AugMix}. */
  static byte blend(int from, int to, float alpha) {
    return clipped(from + alpha * (to - from));
  }
}
