package dev.vit4j.search;

import java.util.PriorityQueue;

/** Keeps the rows with the largest scores; of equal scores those with the smallest row numbers. */
final class TopRows {
  private final int most;
  private final PriorityQueue<Long> rows = new PriorityQueue<>(); // Scored, the worst first
  private long worst = Long.MIN_VALUE;

  TopRows(int most) {
    this.most = most;
  }

  /**
   * Returns the score that another row must exceed; any score is enough before there are enough.
   */
  float floor() {
    return rows.size() < most ? Float.NEGATIVE_INFINITY : Scored.score(worst);
  }

  void add(float score, int row) {
    add(Scored.of(score, row));
  }

  void addAll(TopRows other) {
    other.rows.forEach(this::add);
  }

  private void add(long row) {
    if (rows.size() == most) {
      if (row <= worst) {
        return;
      }
      rows.poll();
    }
    rows.add(row);
    worst = rows.element();
  }

  /** Returns the rows, in no particular order. */
  int[] rows() {
    return rows.stream().mapToInt(Scored::row).toArray();
  }
}
