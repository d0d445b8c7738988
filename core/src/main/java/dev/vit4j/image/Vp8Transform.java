package dev.vit4j.image;

/** The inverse transforms of VP8 (RFC 6386, section 14). */
final class Vp8Transform {
  private static final int SINE = 35468; // sqrt(2) sin(pi / 8) in 2^-16
  private static final int COSINE = 20091 + (1 << 16); // sqrt(2) cos(pi / 8)

  private Vp8Transform() {}

  /** Adds the inverse transform of 16 coefficients to a square of 4 x 4 samples. */
  static void add(int[] c, int from, Vp8Plane p, int at) {
    int[] half = new int[16];
    for (int i = 0; i < 4; i++) {
      pass(c, from + i, 4, 0, half, 4 * i);
    }
    int[] row = new int[4];
    for (int y = 0; y < 4; y++) {
      pass(half, y, 4, 4, row, 0);
      for (int x = 0; x < 4; x++) {
        int sample = at + y * p.stride() + x;
        p.set(sample, p.get(sample) + (row[x] >> 3));
      }
    }
  }

  /** Transforms four values, {@code step} apart, to four consecutive values. */
  private static void pass(int[] in, int from, int step, int rounding, int[] out, int to) {
    int first = in[from] + rounding;
    int third = in[from + 2 * step];
    int second = in[from + step];
    int fourth = in[from + 3 * step];
    int a = first + third;
    int b = first - third;
    int c = mult(second, SINE) - mult(fourth, COSINE);
    int d = mult(second, COSINE) + mult(fourth, SINE);
    out[to] = a + d;
    out[to + 1] = b + c;
    out[to + 2] = b - c;
    out[to + 3] = a - d;
  }

  private static int mult(int v, int fraction) {
    return (int) (((long) v * fraction) >> 16);
  }

  /** Walsh-Hadamard transform: 16 values to the DC coefficients of 16 blocks. */
  static void toDc(int[] in, int[] blocks) {
    int[] half = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[i] + in[12 + i];
      int b = in[4 + i] + in[8 + i];
      int c = in[4 + i] - in[8 + i];
      int d = in[i] - in[12 + i];
      half[i] = a + b;
      half[4 + i] = d + c;
      half[8 + i] = a - b;
      half[12 + i] = d - c;
    }
    for (int i = 0; i < 16; i += 4) {
      int first = half[i] + 3;
      int a = first + half[i + 3];
      int b = half[i + 1] + half[i + 2];
      int c = half[i + 1] - half[i + 2];
      int d = first - half[i + 3];
      blocks[16 * i] = (a + b) >> 3;
      blocks[16 * (i + 1)] = (d + c) >> 3;
      blocks[16 * (i + 2)] = (a - b) >> 3;
      blocks[16 * (i + 3)] = (d - c) >> 3;
    }
  }
}
