package dev.vit4j.search;

import java.util.Arrays;

/** The links of the rows of a batch the other way round: by the row that they lead to. */
final class LinkedRows {
  private static final int DEGREE = GraphSearcher.DEGREE;

  private final float[] scores;
  private final long[] links; // target, then the place of the link
  private final int[] starts; // of each target among the links, and the end of the last

  /**
   * Collects the links of the rows {@code order[from]} to {@code order[from + batch - 1]}.
   *
   * @param neighbors [N, DEGREE]
   * @param scores those of the neighbors
   */
  LinkedRows(int[] order, int from, int batch, int[] neighbors, float[] scores) {
    this.scores = scores;
    long[] all = new long[batch * DEGREE];
    int count = 0;
    for (int i = 0; i < batch; i++) {
      int at = order[from + i] * DEGREE;
      for (int j = at; j < at + DEGREE && neighbors[j] >= 0; j++) {
        all[count++] = ((long) neighbors[j] << 32) | j;
      }
    }
    this.links = Arrays.copyOf(all, count);
    Arrays.parallelSort(links);
    int[] begins = new int[count + 1];
    int targets = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || links[i] >> 32 != links[i - 1] >> 32) {
        begins[targets++] = i;
      }
    }
    begins[targets] = count;
    this.starts = Arrays.copyOf(begins, targets + 1);
  }

  int targets() {
    return starts.length - 1;
  }

  int target(int item) {
    return (int) (links[starts[item]] >> 32);
  }

  /** Place of the first link to a target; that of the next is its end. */
  int from(int item) {
    return starts[item];
  }

  int source(int place) {
    return (int) links[place] / DEGREE;
  }

  /** Score as it was when the links were collected, which are those of new rows. */
  float score(int place) {
    return scores[(int) links[place]];
  }
}
