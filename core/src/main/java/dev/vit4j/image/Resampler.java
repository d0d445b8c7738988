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

  private final int outSize;
  private final int[] first; // first source pixel of each output pixel
  private final int[][] weights; // fixed-point weights from there on

  Resampler(int inSize, int outSize, Interpolation filter) {
    this.outSize = outSize;
    this.first = new int[outSize];
    this.weights = new int[outSize][];
    double scale = (double) inSize / outSize;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    for (int i = 0; i < outSize; i++) {
      double centre = (i + 0.5) * scale;
      int from = Math.max(0, (int) (centre - support + 0.5));
      int to = Math.min(inSize, (int) (centre + support + 0.5));
      double[] w = new double[to - from];
      for (int k = 0; k < w.length; k++) {
        w[k] = filter.weight((k + from - centre + 0.5) / filterScale);
      }
      first[i] = from;
      weights[i] = fixedPoint(w);
    }
  }

  /** Weights that sum to one, rounded away from zero at the half. */
  private static int[] fixedPoint(double[] w) {
    double sum = Arrays.stream(w).sum();
    int[] fixed = new int[w.length];
    for (int k = 0; k < w.length; k++) {
      double v = (sum == 0 ? w[k] : w[k] / sum) * (1 << PRECISION);
      fixed[k] = (int) (v < 0 ? v - 0.5 : v + 0.5);
    }
    return fixed;
  }

  /** [H, W, C] to [H, outSize, C]. */
  Image rows(Image image) {
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[size(image.height(), channels)];
    int o = 0;
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * channels;
      for (int x = 0; x < outSize; x++) {
        for (int c = 0; c < channels; c++) {
          out[o++] = weighted(in, row + first[x] * channels + c, channels, weights[x]);
        }
      }
    }
    return new Image(outSize, image.height(), channels, out);
  }

  /** [H, W, C] to [outSize, W, C]. */
  Image columns(Image image) {
    int stride = image.width() * image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[size(image.width(), image.channels())];
    int o = 0;
    for (int y = 0; y < outSize; y++) {
      for (int x = 0; x < stride; x++) {
        out[o++] = weighted(in, first[y] * stride + x, stride, weights[y]);
      }
    }
    return new Image(image.width(), outSize, image.channels(), out);
  }

  private int size(int otherSide, int channels) {
    return Math.multiplyExact(Math.multiplyExact(outSize, otherSide), channels);
  }

  private static byte weighted(byte[] in, int from, int step, int[] weights) {
    int sum = HALF;
    int i = from;
    for (int weight : weights) {
      sum += (in[i] & 0xff) * weight;
      i += step;
    }
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }
}
