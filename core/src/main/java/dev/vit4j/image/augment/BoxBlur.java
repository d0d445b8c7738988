package dev.vit4j.image.augment;

import dev.vit4j.image.Image;

/**
 * Pillow's {@code ImageFilter.GaussianBlur}: three box blurs along each row, then three along each
 * column, in 24-bit fixed point. Boxes may end within a pixel; edges are repeated.
 *
 * <p>Gwosdek et al. 2011, "Theoretical Foundations of Gaussian Convolution by Extended Box
 * Filtering".
 */
final class BoxBlur {
  private static final int PASSES = 3;

  private final int radius;
  private final int inner; // weight of a pixel entirely in the box, of 2^24
  private final int outer; // weight of the two pixels at its ends

  private BoxBlur(float boxRadius) {
    radius = (int) boxRadius;
    inner = (int) ((1 << 24) / (boxRadius * 2 + 1));
    outer = ((1 << 24) - (radius * 2 + 1) * inner) / 2;
  }

  /**
   * Blurs an image.
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
    byte[] in = image.pixels();
    // Rows first, transposed, so that the inner loop processes many at once.
    int[] turned = new int[in.length];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          turned[(x * height + y) * channels + c] = in[i++] & 0xff;
        }
      }
    }
    turned = box.passes(turned, width, height * channels);
    int[] upright = new int[in.length];
    for (int x = 0, i = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        for (int c = 0; c < channels; c++) {
          upright[(y * width + x) * channels + c] = turned[i++];
        }
      }
    }
    upright = box.passes(upright, height, width * channels);
    byte[] out = new byte[in.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) upright[i];
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

  /** Three blurs over {@code size} rows of {@code lanes} values, along the columns. */
  private int[] passes(int[] rows, int size, int lanes) {
    int[] from = rows;
    int[] to = new int[rows.length];
    for (int i = 0; i < PASSES; i++) {
      pass(from, to, size, lanes);
      int[] done = to;
      to = from;
      from = done;
    }
    return from;
  }

  private void pass(int[] in, int[] out, int size, int lanes) {
    int last = size - 1;
    int whole = inner;
    int part = outer;
    int[] sum = new int[lanes]; // of the box around the row before the first
    for (int i = -radius - 1; i < radius; i++) {
      int row = Math.max(0, Math.min(i, last)) * lanes;
      for (int x = 0; x < lanes; x++) {
        sum[x] += in[row + x];
      }
    }
    for (int i = 0; i < size; i++) {
      int left = Math.max(i - radius - 1, 0) * lanes;
      int right = Math.min(i + radius, last) * lanes;
      int beyond = Math.min(i + radius + 1, last) * lanes;
      for (int x = 0; x < lanes; x++) {
        sum[x] += in[right + x] - in[left + x];
      }
      int row = i * lanes;
      for (int x = 0; x < lanes; x++) {
        int weighted = sum[x] * whole + (in[left + x] + in[beyond + x]) * part;
        out[row + x] = (weighted + (1 << 23)) >>> 24; // unsigned 32 bits
      }
    }
  }
}
