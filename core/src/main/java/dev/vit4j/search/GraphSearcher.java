package dev.vit4j.search;

import java.io.IOException;
import java.nio.IntBuffer;
import java.util.Arrays;

/** Searches a graph of near neighbors, from its entries towards the query. For one thread. */
final class GraphSearcher {
  /** Neighbors of a row at most; a row of the graph has this length and ends with -1. */
  static final int DEGREE = 32;

  /** A graph that is damaged; the message does not say which. */
  static final class BadLink extends IOException {
    BadLink(String message) {
      super(message);
    }
  }

  private final Codes form;
  private final IntBuffer codes; // [N, width]
  private final IntBuffer neighbors; // [N, DEGREE]
  private final int count;
  private final long[] seen; // a bit for each row
  private int[] marked = new int[1024]; // words of seen that are not 0
  private int marks;
  private final int[] links = new int[DEGREE];
  private final int[] fresh = new int[DEGREE];
  private final int[][] block; // rows of codes
  private final Codes.Side side;
  private final NearestList nearest = new NearestList();

  GraphSearcher(Codes form, IntBuffer codes, IntBuffer neighbors, int count) {
    this.form = form;
    this.codes = codes;
    this.neighbors = neighbors;
    this.count = count;
    this.seen = new long[(count + Long.SIZE - 1) / Long.SIZE];
    this.block = new int[DEGREE][form.width()];
    this.side = form.new Side();
  }

  /**
   * Finds candidates for a query, valid until the next search.
   *
   * @param query a row of codes
   * @param entries rows where the search begins
   * @param some number of entries that are used
   * @param breadth number of candidates
   * @throws BadLink if the graph is damaged
   */
  NearestList search(int[] query, int[] entries, int some, int breadth) throws BadLink {
    side.set(query);
    nearest.clear(breadth);
    forget();
    int pending = 0;
    for (int i = 0; i < some; i++) {
      if (mark(entries[i])) {
        fresh[pending++] = entries[i];
      }
      if (pending == DEGREE || i == some - 1) {
        score(pending);
        pending = 0;
      }
    }
    for (int row = nearest.expand(); row >= 0; row = nearest.expand()) {
      neighbors.get(row * DEGREE, links);
      pending = 0;
      for (int i = 0; i < DEGREE && links[i] >= 0; i++) {
        if (links[i] >= count) {
          throw new BadLink("row %d has neighbor %d of %d".formatted(row, links[i], count));
        }
        if (mark(links[i])) {
          fresh[pending++] = links[i];
        }
      }
      score(pending);
    }
    return nearest;
  }

  /** Scores the first fresh rows. All are copied first, since then their cache misses overlap. */
  private void score(int some) {
    for (int i = 0; i < some; i++) {
      form.copy(codes, fresh[i], block[i]);
    }
    for (int i = 0; i < some; i++) {
      nearest.offer(side.score(block[i]), fresh[i]);
    }
  }

  /** Marks a row as seen; returns whether it was not. */
  private boolean mark(int row) {
    int word = row / Long.SIZE;
    long bit = 1L << row;
    if ((seen[word] & bit) != 0) {
      return false;
    }
    if (seen[word] == 0) {
      if (marks == marked.length) {
        marked = Arrays.copyOf(marked, 2 * marks);
      }
      marked[marks++] = word;
    }
    seen[word] |= bit;
    return true;
  }

  private void forget() {
    for (int i = 0; i < marks; i++) {
      seen[marked[i]] = 0;
    }
    marks = 0;
  }
}
