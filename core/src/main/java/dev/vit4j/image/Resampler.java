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
    int channels = image.channels();
    int height = image.height();
    int stride = image.width() * channels;
    byte[] in = image.pixels();
    byte[] out = new byte[size(height, channels)];
    long[] two = new long[stride];
    for (int y = 0; y < height; y += 2) {
      int next = Math.min(y + 1, height - 1);
      for (int i = 0; i < stride; i++) {
        two[i] = (in[y * stride + i] & 0xff) | (in[next * stride + i] & 0xffL) << 32;
      }
      int to = y * outSize * channels;
      int toNext = next * outSize * channels;
      if (channels == RGB) {
        twoColourRows(two, out, to, toNext);
      } else {
        for (int c = 0; c < channels; c++) {
          twoRows(two, channels, c, out, to, toNext);
        }
      }
    }
    return new Image(outSize, height, channels, out);
  }

  /**
   * Resamples two rows at once. A 64-bit number holds a sample of each, 32 bits apart; a product or
   * sum of it is that of both, except that a negative lower half takes one from the upper half.
   */
  private void twoColourRows(long[] two, byte[] out, int to, int toNext) {
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
      out[to + o] = clipped((int) red);
      out[to + o + 1] = clipped((int) green);
      out[to + o + 2] = clipped((int) blue);
      out[toNext + o] = clipped(upper(red));
      out[toNext + o + 1] = clipped(upper(green));
      out[toNext + o + 2] = clipped(upper(blue));
    }
  }

  /** As {@link #twoColourRows}, for one channel of several. */
  private void twoRows(long[] two, int channels, int channel, byte[] out, int to, int toNext) {
    for (int x = 0, o = channel; x < outSize; x++, o += channels) {
      long sum = TWO_HALVES;
      int i = first[x] * channels + channel;
      for (int weight : weights[x]) {
        sum += two[i] * weight;
        i += channels;
      }
      out[to + o] = clipped((int) sum);
      out[toNext + o] = clipped(upper(sum));
    }
  }

  private static int upper(long sum) {
    return (int) ((sum - (int) sum) >> 32);
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
      for (int y = 0; y < outSize; y++) {
        add(wide, first[y] * block, block, n, weights[y], sums);
        for (int x = 0; x < n; x++) {
          out[y * stride + left + x] = clipped(sums[x]);
        }
      }
    }
    return new Image(image.width(), outSize, image.channels(), out);
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
