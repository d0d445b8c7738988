package dev.vit4j.image.augment;

import dev.vit4j.image.Image;

/**
 * Pillow's {@code ImageEnhance}: blends an image with a degenerate one, {@code plain + factor *
 * (value - plain)}. Factor 0 gives the degenerate image, 1 the original; larger factors exaggerate.
 *
 * <p>Computed in floats and truncated, as in Pillow.
 */
final class Enhance {
  private static final int ZERO = 255;

  private Enhance() {}

  /** Blends with black. */
  static Image brightness(Image image, double factor) {
    return towards(image, 0, (float) factor);
  }

  /** Blends with the mean gray level. */
  static Image contrast(Image image, double factor) {
    byte[] grey = image.toGrey().pixels();
    long sum = 0;
    for (byte value : grey) {
      sum += value & 0xff;
    }
    return towards(image, (int) ((double) sum / grey.length + 0.5), (float) factor);
  }

  /** Blends with the gray version; gray images are unchanged. */
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

  /** Blends with a smoothed version; the border is unchanged, as in Pillow's filter. */
  static Image sharpness(Image image, double factor) {
    if (factor == 1) {
      return image;
    }
    int channels = image.channels();
    int stride = image.width() * channels;
    byte[] in = image.pixels();
    byte[] out = in.clone();
    float[] shifts = shifts((float) factor);
    int[] sums = new int[stride]; // of three vertically adjacent pixels
    for (int y = 1; y < image.height() - 1; y++) {
      int row = y * stride;
      for (int i = 0; i < stride; i++) {
        int above = in[row - stride + i] & 0xff;
        sums[i] = above + (in[row + i] & 0xff) + (in[row + stride + i] & 0xff);
      }
      for (int i = channels; i < stride - channels; i++) {
        // Pillow's SMOOTH: nine neighbors, the center with weight five, over 13, rounded.
        int middle = in[row + i] & 0xff;
        int sum = sums[i - channels] + sums[i] + sums[i + channels] + 4 * middle;
        int smooth = (2 * sum + 13) / 26;
        out[row + i] = clipped(smooth + shifts[ZERO + middle - smooth]);
      }
    }
    return new Image(image.width(), image.height(), channels, out);
  }

  /** The blend's second term for each difference from -255 to 255, starting at {@link #ZERO}. */
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
