package dev.vit4j.image;

/**
 * Pillow's {@code ImageEnhance}: a picture blended with a plainer one, {@code plain + factor *
 * (value - plain)}. Factor 0 gives the plain picture, 1 the picture itself, more exaggerates.
 *
 * <p>Computed in floats and truncated, as Pillow does.
 */
final class Enhance {
  private Enhance() {}

  /** Blended with black. */
  static Image brightness(Image image, double factor) {
    return towards(image, 0, (float) factor);
  }

  /** Blended with its mean grey. */
  static Image contrast(Image image, double factor) {
    byte[] grey = image.toGrey().pixels();
    long sum = 0;
    for (byte value : grey) {
      sum += value & 0xff;
    }
    return towards(image, (int) ((double) sum / grey.length + 0.5), (float) factor);
  }

  /** Blended with itself in grey; a grey picture stays. */
  static Image color(Image image, double factor) {
    if (image.channels() == 1 || factor == 1) {
      return image;
    }
    byte[] grey = image.toGrey().pixels();
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    float alpha = (float) factor;
    for (int i = 0, p = 0; i < grey.length; i++, p += 3) {
      int plain = grey[i] & 0xff;
      out[p] = blend(plain, in[p] & 0xff, alpha);
      out[p + 1] = blend(plain, in[p + 1] & 0xff, alpha);
      out[p + 2] = blend(plain, in[p + 2] & 0xff, alpha);
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
    float alpha = (float) factor;
    for (int y = 1; y < image.height() - 1; y++) {
      int end = (y + 1) * stride - channels;
      for (int i = y * stride + channels; i < end; i++) {
        out[i] = blend(smooth(in, i, channels, stride), in[i] & 0xff, alpha);
      }
    }
    return new Image(image.width(), image.height(), channels, out);
  }

  /** Pillow's SMOOTH: nine neighbours, the middle five times, over 13, rounded. */
  private static int smooth(byte[] in, int i, int step, int stride) {
    int sum = 5 * (in[i] & 0xff) + (in[i - step] & 0xff) + (in[i + step] & 0xff);
    int above = i - stride;
    sum += (in[above - step] & 0xff) + (in[above] & 0xff) + (in[above + step] & 0xff);
    int below = i + stride;
    sum += (in[below - step] & 0xff) + (in[below] & 0xff) + (in[below + step] & 0xff);
    return (2 * sum + 13) / 26;
  }

  private static Image towards(Image image, int plain, float alpha) {
    byte[] table = new byte[256];
    for (int v = 0; v < table.length; v++) {
      table[v] = blend(plain, v, alpha);
    }
    return PointOps.map(image, table);
  }

  /** {@code Image.blend} of two values; also of whole pictures in {@link AugMix}. */
  static byte blend(int from, int to, float alpha) {
    float value = from + alpha * (to - from);
    return (byte) (int) Math.max(0, Math.min(255, value));
  }
}
