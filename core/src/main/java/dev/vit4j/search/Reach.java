package dev.vit4j.search;

import java.util.Arrays;

/** Makes every row of a graph reachable from an entry. */
final class Reach {
  private static final int DEGREE = GraphSearcher.DEGREE;
  private static final int FAR = 1000; // rows that are looked at for a free place

  private final int[] neighbors;
  private final int count;
  private final boolean[] reached;
  private final int[] seenFor; // the last row for which a row was looked at, plus 1
  private int[] waiting = new int[1024];
  private int waits;

  Reach(int[] neighbors, int count) {
    this.neighbors = neighbors;
    this.count = count;
    this.reached = new boolean[count];
    this.seenFor = new int[count];
  }

  /**
   * Adds links to rows that cannot be reached, from rows near to them that have a free place;
   * without one, the row becomes an entry.
   */
  Graph connect(int[] entries) {
    for (int entry : entries) {
      reach(entry);
    }
    int[] all = entries;
    for (int row = 0; row < count; row++) {
      if (!reached[row] && !linkTo(row)) {
        all = Arrays.copyOf(all, all.length + 1);
        all[all.length - 1] = row;
      }
      reach(row);
    }
    return new Graph(neighbors, all);
  }

  private void reach(int from) {
    push(from);
    while (waits > 0) {
      int row = waiting[--waits];
      for (int i = row * DEGREE; i < (row + 1) * DEGREE && neighbors[i] >= 0; i++) {
        push(neighbors[i]);
      }
    }
  }

  private void push(int row) {
    if (!reached[row]) {
      reached[row] = true;
      if (waits == waiting.length) {
        waiting = Arrays.copyOf(waiting, 2 * waits);
      }
      waiting[waits++] = row;
    }
  }

  /** Looks at rows in the order of their distance along links. */
  private boolean linkTo(int row) {
    int[] near = new int[FAR];
    int size = 1;
    near[0] = row;
    seenFor[row] = row + 1;
    for (int at = 0; at < size; at++) {
      int free = near[at] * DEGREE;
      int end = free + DEGREE;
      for (; free < end && neighbors[free] >= 0; free++) {
        int next = neighbors[free];
        if (seenFor[next] != row + 1 && size < FAR) {
          seenFor[next] = row + 1;
          near[size++] = next;
        }
      }
      if (free < end && reached[near[at]]) {
        neighbors[free] = row;
        return true;
      }
    }
    return false;
  }
}
