package dev.vit4j.search;

import java.io.IOException;
import java.nio.IntBuffer;
import java.util.List;
import org.apache.lucene.util.FixedBitSet;

/**
 * A graph of near neighbors on several levels, in memory or in a mapped file.
 *
 * @param count number of rows, all of which are on the lowest level
 * @param lowest [N, {@link #LOWEST_DEGREE}] neighbors; a list ends with -1 unless it is full
 * @param upper the other levels, from the lowest to the highest
 * @param entry row of the highest level where a search begins
 */
record GraphLevels(int count, IntBuffer lowest, List<Upper> upper, int entry) {
  /** Neighbors of a row on an upper level at most. */
  static final int DEGREE = 16;

  /** Neighbors of a row on the lowest level at most. */
  static final int LOWEST_DEGREE = 2 * DEGREE;

  /**
   * A level that some of the rows are on.
   *
   * @param nodes [n] these rows, ascending
   * @param neighbors [n, {@link #DEGREE}]; a list ends with -1 unless it is full
   */
  record Upper(IntBuffer nodes, IntBuffer neighbors) {
    /** Returns the place of a row among the ascending nodes, negative if it is not there. */
    int place(int row) {
      int low = 0;
      int high = nodes.limit() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int node = nodes.get(middle);
        if (node == row) {
          return middle;
        }
        if (node < row) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1;
    }
  }

  /** A damaged graph; the message does not say which. */
  static final class BadLink extends IOException {
    BadLink(String message) {
      super(message);
    }
  }

  /**
   * Checks the entry and the upper levels. The lowest level is too large to read when a file is
   * opened; {@link GraphSearch} checks what it reads of it.
   *
   * @throws BadLink if one is wrong
   */
  GraphLevels checked() throws BadLink {
    FixedBitSet below = new FixedBitSet(count);
    below.set(0, count);
    for (int level = 1; level <= upper.size(); level++) {
      Upper of = upper.get(level - 1);
      FixedBitSet here = nodes(of.nodes(), below, level);
      for (int i = 0; i < of.neighbors().limit(); i++) {
        int neighbor = of.neighbors().get(i);
        if (neighbor < -1 || neighbor >= count || (neighbor >= 0 && !here.get(neighbor))) {
          throw new BadLink("neighbor %d on level %d is wrong".formatted(neighbor, level));
        }
      }
      below = here;
    }
    if (entry < 0 || entry >= count || !below.get(entry)) {
      throw new BadLink("entry %d is not on the highest level".formatted(entry));
    }
    return this;
  }

  private FixedBitSet nodes(IntBuffer nodes, FixedBitSet below, int level) throws BadLink {
    FixedBitSet here = new FixedBitSet(count);
    int last = -1;
    for (int i = 0; i < nodes.limit(); i++) {
      int node = nodes.get(i);
      if (node <= last || node >= count || !below.get(node)) {
        throw new BadLink("row %d on level %d is wrong".formatted(node, level));
      }
      here.set(node);
      last = node;
    }
    return here;
  }
}
