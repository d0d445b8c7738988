package dev.vit4j.search;

import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds near-duplicates: groups of vectors in which each is connected to the others by pairs whose
 * cosine reaches a threshold. All pairs are compared, block by block: N² D / 2 multiply-adds, with
 * 8 bytes per vector and a few blocks per thread in memory. The result does not depend on the
 * number of threads.
 */
public final class Duplicates {
  /** Difference between an f32 product and the cosine above which it is certain. */
  private static final float ROUNDING = 1e-5f;

  private static final double LOWEST = 0.01;

  private static final int MAX_ROWS = 2048; // of a block
  private static final int MAX_FLOATS = 1 << 20;

  private final FeatureIndex index;
  private final double threshold;
  private final int step;
  private final int[] group; // a row of the same group, nearer to its first; union-find
  private final int[] nearest; // the most similar row, -1 if none reaches the threshold
  private final float[] product; // with the nearest

  private Duplicates(FeatureIndex index, double threshold) {
    if (!(threshold >= LOWEST && threshold <= 1)) {
      throw new IllegalArgumentException(
          "threshold %s: use a cosine from %s to 1, such as 0.95".formatted(threshold, LOWEST));
    }
    this.index = index;
    this.threshold = threshold;
    this.step = Math.max(1, Math.min(MAX_ROWS, MAX_FLOATS / index.dim()));
    this.group = IntStream.range(0, index.size()).toArray();
    this.nearest = new int[index.size()];
    this.product = new float[index.size()];
    Arrays.fill(nearest, -1);
  }

  /** Progress listener, which can stop the work by an exception. */
  @FunctionalInterface
  public interface Watch {
    /** Called from time to time with the share of compared pairs, 0 to 1. */
    void done(double share) throws IOException;
  }

  /**
   * Returns the groups of at least two vectors, by their first rows. The members of a group are in
   * the order of their rows; the score of each is the cosine to the most similar other one.
   *
   * @param threshold cosine from which two vectors are duplicates, 0.01 to 1
   * @throws IllegalArgumentException if the threshold is out of range
   * @throws IOException if the listener stops the work
   */
  public static List<List<Match>> find(FeatureIndex index, double threshold, Watch watch)
      throws IOException {
    Duplicates duplicates = new Duplicates(index, threshold);
    duplicates.compare(watch);
    return duplicates.groups();
  }

  private void compare(Watch watch) throws IOException {
    int n = index.size();
    List<Integer> starts = new ArrayList<>();
    for (long start = 0; start < n; start += step) {
      starts.add((int) start);
    }
    double total = starts.stream().mapToDouble(this::work).sum();
    double done = 0;
    try (WorkerPool.Results<Integer> blocks =
        index.pool().inOrder(starts.iterator(), index.threads() + 1, this::compareWithLater)) {
      while (blocks.hasNext()) {
        done += work(blocks.next());
        watch.done(done / total);
      }
    }
  }

  /** Number of products of a block. */
  private double work(int from) {
    return (double) Math.min(step, index.size() - from) * (index.size() - from);
  }

  /** Compares the rows of a block with each other and with all later rows. */
  private int compareWithLater(int from) {
    int n = index.size();
    int rows = Math.min(step, n - from);
    try (Scope outer = Scope.open()) {
      Tensor left = block(from, rows);
      for (long other = from; other < n; other += step) {
        int begin = (int) other;
        int columns = Math.min(step, n - begin);
        float[] products; // [rows, columns]
        try (Scope scope = Scope.open()) {
          products = Ops.linear(left, block(begin, columns), null).toFloats();
        }
        for (int i = 0; i < rows; i++) {
          int first = begin == from ? i + 1 : 0;
          for (int j = first; j < columns; j++) {
            if (products[i * columns + j] >= threshold - ROUNDING) {
              pair(from + i, begin + j, products[i * columns + j]);
            }
          }
        }
      }
    }
    return from;
  }

  /** Vectors of length 1, [rows, D]. */
  private Tensor block(int from, int rows) {
    float[] all = new float[rows * index.dim()];
    float[] row = new float[index.dim()];
    for (int i = 0; i < rows; i++) {
      index.unit(from + i, row);
      System.arraycopy(row, 0, all, i * row.length, row.length);
    }
    return Tensor.of(all, rows, index.dim());
  }

  private void pair(int a, int b, float cosine) {
    if (cosine < threshold + ROUNDING
        && new Cosine(index.vector(a)).with(index.vector(b)) < threshold) {
      return;
    }
    synchronized (group) {
      int first = root(a);
      int second = root(b);
      group[Math.max(first, second)] = Math.min(first, second);
      near(a, b, cosine);
      near(b, a, cosine);
    }
  }

  private void near(int row, int other, float cosine) {
    boolean better =
        nearest[row] < 0
            || cosine > product[row]
            || (cosine == product[row] && other < nearest[row]);
    if (better) {
      nearest[row] = other;
      product[row] = cosine;
    }
  }

  private int root(int row) {
    int at = row;
    while (group[at] != at) {
      group[at] = group[group[at]];
      at = group[at];
    }
    return at;
  }

  private List<List<Match>> groups() {
    Map<Integer, List<Match>> byFirst = new TreeMap<>();
    for (int row = 0; row < group.length; row++) {
      if (nearest[row] >= 0) {
        double score = new Cosine(index.vector(row)).with(index.vector(nearest[row]));
        byFirst
            .computeIfAbsent(root(row), first -> new ArrayList<>())
            .add(new Match(row, index.source(row), score));
      }
    }
    return List.copyOf(byFirst.values());
  }
}
