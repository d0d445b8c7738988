package dev.vit4j.image;

import java.util.Arrays;

/**
 * Samples of one component with VP8's prediction border: a row of 127 above, a column of 129 on the
 * left.
 *
 * @param data all rows, including the border
 * @param stride bytes per row
 */
record Vp8Plane(byte[] data, int stride) {
  private static final byte ABOVE = 127;
  private static final byte LEFT = (byte) 129;

  static Vp8Plane of(int width, int height) {
    int stride = width + 1;
    byte[] data = new byte[Math.multiplyExact(stride, height + 1)];
    Arrays.fill(data, 0, stride, ABOVE);
    for (int y = 1; y <= height; y++) {
      data[y * stride] = LEFT;
    }
    return new Vp8Plane(data, stride);
  }

  /** Index of a sample; coordinates of -1 are the border. */
  int at(int x, int y) {
    return (y + 1) * stride + x + 1;
  }

  /** Returns a sample, 0 to 255. */
  int get(int index) {
    return data[index] & 0xff;
  }

  void set(int index, int value) {
    data[index] = (byte) Math.max(0, Math.min(255, value));
  }
}
