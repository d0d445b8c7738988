package dev.vit4j.search;

import java.util.PriorityQueue;

/** Keeps the rows with the largest scores; of equal scores those with the smallest row numbers. */
final class TopRows {
  private final int most;
  private final PriorityQueue<Long> keys = new PriorityQueue<>(); // the worst first
  private long worst = Long.MIN_VALUE;

  TopRows(int most) {
    this.most = most;
  }

  /**
   * Returns the score that another row must exceed; any score is enough before there are enough.
   */
  float floor() {
    return keys.size() < most ? Float.NEGATIVE_INFINITY : score(worst);
  }

  void add(float score, int row) {
    add(key(score + 0f, row)); // -0 becomes 0
  }

  void addAll(TopRows other) {
    other.keys.forEach(this::add);
  }

  private void add(long key) {
    if (keys.size() == most) {
      if (key <= worst) {
        return;
      }
      keys.poll();
    }
    keys.add(key);
    worst = keys.element();
  }

  /** Returns the rows, in no particular order. */
  int[] rows() {
    return keys.stream().mapToInt(key -> Integer.MAX_VALUE - key.intValue()).toArray();
  }

  /** A number that is larger for better rows. */
  private static long key(float score, int row) {
    return (long) sortable(Float.floatToIntBits(score)) << 32 | (Integer.MAX_VALUE - row);
  }

  private static float score(long key) {
    return Float.intBitsToFloat(sortable((int) (key >> 32)));
  }

  /** Orders the bits of floats like integers; its own inverse. */
  private static int sortable(int bits) {
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }
}
