package dev.vit4j.reduce;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.util.Arrays;

/**
 * The nearest rows of every row, by Euclidean distance, without the row itself.
 *
 * @param rows [N][k], the nearest first
 * @param squares squared distances, [N][k]
 */
record Neighbors(int[][] rows, double[][] squares) {
  private static final int BLOCK = 256; // rows whose distances are in memory

  /** Compares all pairs in double precision, on one thread. */
  static Neighbors of(Tensor vectors, int k) {
    int n = (int) vectors.size(0);
    int[][] nearest = new int[n][k];
    double[][] squares = new double[n][k];
    int threads = Threads.get();
    Threads.set(1); // the bits do not depend on the number of threads
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = vectors.to(DType.F64);
      Tensor transposed = x.transpose(0, 1).contiguous(); // [D, N]
      double[] norms = x.mul(x).sum(1).toDoubles();
      for (int from = 0; from < n; from += BLOCK) {
        int count = Math.min(BLOCK, n - from);
        double[] products;
        try (Scope block = Scope.open()) {
          products = x.narrow(0, from, count).matmul(transposed).toDoubles();
        }
        for (int i = 0; i < count; i++) {
          nearest(from + i, products, i * n, norms, nearest[from + i], squares[from + i]);
        }
      }
      return new Neighbors(nearest, squares);
    } finally {
      Threads.set(threads);
    }
  }

  private static void nearest(
      int row, double[] products, int at, double[] norms, int[] nearest, double[] squares) {
    int n = norms.length;
    long[] order = new long[n]; // f32 distance, then the row
    for (int j = 0; j < n; j++) {
      double square = Math.max(0, norms[row] + norms[j] - 2 * products[at + j]);
      float key = j == row ? Float.POSITIVE_INFINITY : (float) square;
      order[j] = (long) Float.floatToIntBits(key) << 32 | j;
    }
    Arrays.sort(order);
    for (int i = 0; i < nearest.length; i++) {
      int j = (int) order[i];
      nearest[i] = j;
      squares[i] = Math.max(0, norms[row] + norms[j] - 2 * products[at + j]);
    }
  }
}
