package dev.vit4j.search;

/**
 * The best candidates of a search in a graph, best first; of equal scores the smaller row comes
 * first. It also knows which of them were not expanded yet.
 */
final class NearestList {
  private static final long OPEN = 1; // the lowest bit of an entry; does not change the order

  private long[] entries = new long[0];
  private int most;
  private int size;
  private int next; // all before it are expanded

  /** Removes all candidates. */
  void clear(int capacity) {
    if (entries.length < capacity) {
      entries = new long[capacity];
    }
    most = capacity;
    size = 0;
    next = 0;
  }

  /** Adds a candidate if it is among the best. Each row may be offered once. */
  void offer(float score, int row) {
    long entry = Scored.of(score, row) | OPEN;
    if (size == most && entry <= entries[size - 1]) {
      return;
    }
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries[middle] > entry) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (size < most) {
      size++;
    }
    System.arraycopy(entries, low, entries, low + 1, size - 1 - low);
    entries[low] = entry;
    next = Math.min(next, low);
  }

  /** Returns the best row that was not expanded and marks it; -1 if there is none. */
  int expand() {
    while (next < size && (entries[next] & OPEN) == 0) {
      next++;
    }
    if (next == size) {
      return -1;
    }
    entries[next] &= ~OPEN;
    return Scored.row(entries[next]);
  }

  int size() {
    return size;
  }

  int row(int place) {
    return Scored.row(entries[place]);
  }

  float score(int place) {
    return Scored.score(entries[place]);
  }
}
