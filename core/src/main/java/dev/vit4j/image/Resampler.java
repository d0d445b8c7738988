package dev.vit4j.image;

import java.util.Arrays;

/**
 * One pass of Pillow's 8-bit resampling: a weighted sum per output pixel in 22-bit fixed point.
 *
 * <p>Follows {@code precompute_coeffs} and {@code ImagingResample} of Pillow's Resample.c.
 */
final class Resampler {
  private static final int PRECISION = 22;
  private static final int HALF = 1 << (PRECISION - 1);
  private static final long TWO_HALVES = (long) HALF << 32 | HALF;
  private static final int BLOCK = 1024;
  private static final int RGB = 3;

  private final int outSize;
  private final int begin; // of the source pixels that are used
  private final int[] first; // first source pixel of each output pixel, counted from begin
  private final int[][] weights; // fixed-point weights from there on

  Resampler(int inSize, int outSize, Interpolation filter) {
    this(inSize, outSize, filter, 0, outSize);
  }

  /** Computes a part of the output pixels, from the source pixels that they need. */
  Resampler(int inSize, int wholeSize, Interpolation filter, int start, int outSize) {
    this.outSize = outSize;
    this.first = new int[outSize];
    this.weights = new int[outSize][];
    double scale = (double) inSize / wholeSize;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    for (int i = 0; i < outSize; i++) {
      double centre = (start + i + 0.5) * scale;
      int from = Math.max(0, (int) (centre - support + 0.5));
      int to = Math.min(inSize, (int) (centre + support + 0.5));
      double[] w = new double[to - from];
      for (int k = 0; k < w.length; k++) {
        w[k] = filter.weight((k + from - centre + 0.5) / filterScale);
      }
      first[i] = from;
      weights[i] = fixedPoint(w);
    }
    begin = first[0];
    for (int i = 0; i < outSize; i++) {
      first[i] -= begin;
    }
  }

  /** Returns the first source pixel that is used. */
  int begin() {
    return begin;
  }

  /** Returns the number of source pixels that are used. */
  int length() {
    return first[outSize - 1] + weights[outSize - 1].length;
  }

  /** Weights that sum to one, rounded half away from zero. */
  private static int[] fixedPoint(double[] w) {
    double sum = 0;
    for (double weight : w) {
      sum += weight;
    }
    int[] fixed = new int[w.length];
    for (int k = 0; k < w.length; k++) {
      double v = (sum == 0 ? w[k] : w[k] / sum) * (1 << PRECISION);
      fixed[k] = (int) (v < 0 ? v - 0.5 : v + 0.5);
    }
    return fixed;
  }

  /** Resamples the width: [H, W, C] to [H, outSize, C]. */
  Image rows(Image image) {
    int stride = outSize * image.channels();
    byte[] out = new byte[size(image.height(), image.channels())];
    int[] wide = new int[2 * stride];
    long[] two = new long[image.width() * image.channels()];
    for (int y = 0; y < image.height(); y += 2) {
      twoRows(image, y, two, wide, 0);
      int n = Math.min(2, image.height() - y) * stride;
      for (int i = 0; i < n; i++) {
        out[y * stride + i] = (byte) wide[i];
      }
    }
    return new Image(outSize, image.height(), image.channels(), out);
  }

  /**
   * Resamples the width, then the height with another resampler. The result is that of {@link
   * #rows} and {@link #columns}, without bytes in between.
   */
  Image rowsAndColumns(Image image, Resampler down) {
    int stride = outSize * image.channels();
    int even = image.height() + (image.height() & 1);
    int[] wide = new int[Math.multiplyExact(even, stride)];
    long[] two = new long[image.width() * image.channels()];
    for (int y = 0; y < image.height(); y += 2) {
      twoRows(image, y, two, wide, y * stride);
    }
    byte[] out = new byte[down.size(outSize, image.channels())];
    int[] sums = new int[Math.min(BLOCK, stride)];
    for (int left = 0; left < stride; left += sums.length) {
      down.columns(
          wide, left, stride, Math.min(sums.length, stride - left), sums, out, left, stride);
    }
    return new Image(outSize, down.outSize, image.channels(), out);
  }

  /**
   * Resamples two rows at once, the last row of an image with itself. A 64-bit number holds a
   * sample of each, 32 bits apart; a product or sum of it is that of both, except that a negative
   * lower half takes one from the upper half.
   *
   * @param two memory for a row of the image
   * @param wide receives 2 rows of values from 0 to 255, from {@code to} on
   */
  private void twoRows(Image image, int y, long[] two, int[] wide, int to) {
    int channels = image.channels();
    byte[] in = image.pixels();
    int from = y * two.length;
    int next = Math.min(y + 1, image.height() - 1) * two.length;
    for (int i = 0; i < two.length; i++) {
      two[i] = (in[from + i] & 0xff) | (in[next + i] & 0xffL) << 32;
    }
    int stride = outSize * channels;
    if (channels == RGB) {
      sumColours(two, wide, to, to + stride);
    } else {
      for (int c = 0; c < channels; c++) {
        sum(two, channels, c, wide, to, to + stride);
      }
    }
    clip(wide, to, 2 * stride);
  }

  private void sumColours(long[] two, int[] wide, int to, int toNext) {
    for (int x = 0, o = 0; x < outSize; x++, o += RGB) {
      long red = TWO_HALVES;
      long green = TWO_HALVES;
      long blue = TWO_HALVES;
      int i = first[x] * RGB;
      for (int weight : weights[x]) {
        red += two[i] * weight;
        green += two[i + 1] * weight;
        blue += two[i + 2] * weight;
        i += RGB;
      }
      wide[to + o] = (int) red;
      wide[to + o + 1] = (int) green;
      wide[to + o + 2] = (int) blue;
      wide[toNext + o] = upper(red);
      wide[toNext + o + 1] = upper(green);
      wide[toNext + o + 2] = upper(blue);
    }
  }

  /** As {@link #sumColours}, for one channel of several. */
  private void sum(long[] two, int channels, int channel, int[] wide, int to, int toNext) {
    for (int x = 0, o = channel; x < outSize; x++, o += channels) {
      long sum = TWO_HALVES;
      int i = first[x] * channels + channel;
      for (int weight : weights[x]) {
        sum += two[i] * weight;
        i += channels;
      }
      wide[to + o] = (int) sum;
      wide[toNext + o] = upper(sum);
    }
  }

  private static int upper(long sum) {
    return (int) ((sum - (int) sum) >> 32);
  }

  /** A loop that the compiler vectorizes, as it does not if it also converts to bytes. */
  private static void clip(int[] sums, int from, int n) {
    for (int i = from; i < from + n; i++) {
      sums[i] = Math.max(0, Math.min(255, sums[i] >> PRECISION));
    }
  }

  /** Resamples one row of RGB, from an offset in {@code in} to an offset in {@code out}. */
  void row(byte[] in, int start, byte[] out, int to) {
    for (int x = 0; x < outSize; x++) {
      colour(in, start + first[x] * RGB, weights[x], out, to + x * RGB);
    }
  }

  private static void colour(byte[] in, int from, int[] weights, byte[] out, int o) {
    int red = HALF;
    int green = HALF;
    int blue = HALF;
    int i = from;
    for (int weight : weights) {
      red += (in[i] & 0xff) * weight;
      green += (in[i + 1] & 0xff) * weight;
      blue += (in[i + 2] & 0xff) * weight;
      i += RGB;
    }
    out[o] = clipped(red);
    out[o + 1] = clipped(green);
    out[o + 2] = clipped(blue);
  }

  /**
   * Resamples the height: [H, W, C] to [outSize, W, C], in blocks of columns so that the compiler
   * vectorizes the sums.
   */
  Image columns(Image image) {
    int stride = image.width() * image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[size(image.width(), image.channels())];
    int block = Math.min(BLOCK, stride);
    int[] wide = new int[Math.multiplyExact(block, image.height())];
    int[] sums = new int[block];
    for (int left = 0; left < stride; left += block) {
      int n = Math.min(block, stride - left);
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < n; x++) {
          wide[y * block + x] = in[y * stride + left + x] & 0xff;
        }
      }
      columns(wide, 0, block, n, sums, out, left, stride);
    }
    return new Image(image.width(), outSize, image.channels(), out);
  }

  /**
   * Resamples some columns.
   *
   * @param wide samples, in rows of {@code wideStride}, from the column {@code from} on
   * @param n number of columns
   * @param out receives rows of {@code stride} samples, from the column {@code to} on
   */
  private void columns(
      int[] wide, int from, int wideStride, int n, int[] sums, byte[] out, int to, int stride) {
    for (int y = 0; y < outSize; y++) {
      add(wide, first[y] * wideStride + from, wideStride, n, weights[y], sums);
      clip(sums, 0, n);
      for (int x = 0; x < n; x++) {
        out[y * stride + to + x] = (byte) sums[x];
      }
    }
  }

  private static void add(int[] in, int from, int stride, int n, int[] weights, int[] sums) {
    Arrays.fill(sums, HALF);
    for (int k = 0; k < weights.length; k++) {
      int row = from + k * stride;
      int weight = weights[k];
      for (int x = 0; x < n; x++) {
        sums[x] += in[row + x] * weight;
      }
    }
  }

  private int size(int otherSide, int channels) {
    return Math.multiplyExact(Math.multiplyExact(outSize, otherSide), channels);
  }

  private static byte clipped(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }
}
