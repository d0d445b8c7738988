package dev.vit4j.search;

import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Chooses the neighbors of a row among candidates: one that is nearer to a neighbor than to the row
 * is reached through that neighbor, and left out (algorithm 4 of Malkov and Yashunin 2018). For one
 * thread.
 */
final class Diversity {
  private static final float SAME = 0.9999f; // score of vectors that are copies of each other

  private final Codes form;
  private final IntBuffer codes;
  private long[] candidates = new long[256]; // Scored
  private int size;
  private int[][] block = new int[0][]; // codes of the chosen, then those of a candidate
  private final Codes.Side side;
  private long[] chosen = new long[0];
  private int count;

  Diversity(Codes form, IntBuffer codes) {
    this.form = form;
    this.codes = codes;
    this.side = form.new Side();
  }

  /** Removes all candidates. */
  void clear() {
    size = 0;
  }

  void add(int candidate, float score) {
    if (size == candidates.length) {
      candidates = Arrays.copyOf(candidates, 2 * size);
    }
    candidates[size++] = Scored.of(score, candidate);
  }

  /** Sorts candidates that were not added in the order of their scores. */
  void sort() {
    Arrays.sort(candidates, 0, size);
    for (int i = 0; i < size / 2; i++) {
      long swapped = candidates[i];
      candidates[i] = candidates[size - 1 - i];
      candidates[size - 1 - i] = swapped;
    }
  }

  /**
   * Chooses neighbors.
   *
   * @param most largest number
   * @param least number up to which the nearest of those left out are taken
   */
  void choose(int most, int least) {
    if (chosen.length < most) {
      chosen = new long[most];
      block = new int[most + 1][form.width()];
    }
    count = 0;
    int left = 0; // candidates left out, moved to the front
    for (int i = 0; i < size && count < most; i++) {
      long candidate = candidates[i];
      form.copy(codes, Scored.row(candidate), block[count]);
      if (isReached(Scored.score(candidate))) {
        candidates[left++] = candidate;
      } else {
        chosen[count++] = candidate;
      }
    }
    for (int i = 0; i < left && count < least; i++) {
      chosen[count++] = candidates[i];
    }
  }

  private boolean isReached(float score) {
    side.set(block[count]);
    for (int i = 0; i < count; i++) {
      float between = side.score(block[i]);
      if (between > score || between > SAME) {
        return true;
      }
    }
    return false;
  }

  int chosen() {
    return count;
  }

  int row(int place) {
    return Scored.row(chosen[place]);
  }

  float score(int place) {
    return Scored.score(chosen[place]);
  }
}
