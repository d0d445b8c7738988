package dev.vit4j.search;

/**
 * A row and its score as a long, larger for better rows: of equal scores that with the smaller row.
 * The lowest bit is 0.
 */
final class Scored {
  private Scored() {}

  static long of(float score, int row) {
    int bits = sortable(Float.floatToIntBits(score + 0f)); // -0 becomes 0
    return ((long) bits << 32) | ((Integer.MAX_VALUE - row) * 2L);
  }

  static int row(long scored) {
    return Integer.MAX_VALUE - ((int) scored >>> 1);
  }

  static float score(long scored) {
    return Float.intBitsToFloat(sortable((int) (scored >> 32)));
  }

  /** Orders the bits of floats like integers; its own inverse. */
  private static int sortable(int bits) {
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
