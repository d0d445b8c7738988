package dev.vit4j.model.beit;

import dev.vit4j.model.GridResize;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/**
 * What relative positions add to the scores of an attention (Bao et al. 2021, arXiv 2106.08254;
 * timm's {@code RelativePositionBias}): a number for every head and every distance between two
 * patches in rows and columns; three more for the class token to a patch, a patch to the class
 * token, and the class token to itself.
 */
final class RelativeBias extends Module {
  private static final int CLASS_TOKEN = 3;

  private final Tensor table; // [distances, H]
  private final long[] index; // [N * N]
  private final long tokens; // N

  /**
   * @param grid rows and columns of patches
   */
  RelativeBias(Init init, int[] grid, int heads) {
    this.table = parameter("relative_position_bias_table", init.zeros(distances(grid), heads));
    this.index = index(grid);
    this.tokens = 1 + (long) grid[0] * grid[1];
  }

  /** Adds the biases [H, N, N] to scores [B, H, N, N]. */
  @Override
  protected Tensor forward(Tensor scores) {
    return scores.add(values(table).to(scores.dtype()));
  }

  /** Arranges a table [distances, H] as biases [H, N, N]. */
  private Tensor values(Tensor from) {
    return values(from, index, tokens);
  }

  static Tensor values(Tensor table, long[] index, long tokens) {
    Tensor chosen = table.indexSelect(0, Tensor.of(index, index.length).to(table.device()));
    return chosen.reshape(tokens, tokens, table.size(1)).permute(2, 0, 1);
  }

  /** Rows of the table of a grid. */
  static long distances(int[] grid) {
    return (2L * grid[0] - 1) * (2L * grid[1] - 1) + CLASS_TOKEN;
  }

  /** The row of the table for every query and key, class token first: [N * N]. */
  static long[] index(int[] grid) {
    int n = 1 + grid[0] * grid[1];
    int last = (int) distances(grid) - 1;
    int wide = 2 * grid[1] - 1;
    long[] index = new long[n * n];
    for (int q = 1; q < n; q++) {
      for (int k = 1; k < n; k++) {
        int rows = (q - 1) / grid[1] - (k - 1) / grid[1] + grid[0] - 1;
        int columns = (q - 1) % grid[1] - (k - 1) % grid[1] + grid[1] - 1;
        index[q * n + k] = (long) rows * wide + columns;
      }
      index[q] = last - 2L; // of the class token's query
      index[q * n] = last - 1L; // of its key
    }
    index[0] = last;
    return index;
  }

  /**
   * Resizes a table to the distances of another grid as timm: linearly, between source positions
   * whose distances grow geometrically from the center to the new border.
   *
   * @param table [distances, H]
   */
  static Tensor resized(Tensor table, int[] from, int[] to) {
    return resized(table, from, weights(from[0], to[0]), weights(from[1], to[1]));
  }

  /** Resizes a table as transformers: bilinearly. */
  static Tensor resizedBilinear(Tensor table, int[] from, int[] to) {
    GridResize linear = GridResize.BILINEAR;
    return resized(
        table,
        from,
        linear.weights(2 * from[0] - 1, 2 * to[0] - 1),
        linear.weights(2 * from[1] - 1, 2 * to[1] - 1));
  }

  private static Tensor resized(Tensor table, int[] from, double[][] rows, double[][] columns) {
    long heads = table.size(1);
    long plane = table.size(0) - CLASS_TOKEN;
    Tensor planes = table.narrow(0, 0, plane).reshape(2L * from[0] - 1, -1, heads).permute(2, 0, 1);
    Tensor resized = matrix(rows).matmul(planes).matmul(matrix(columns).transpose(0, 1));
    return Ops.cat(
        0, resized.permute(1, 2, 0).reshape(-1, heads), table.narrow(0, plane, CLASS_TOKEN));
  }

  private static Tensor matrix(double[][] weights) {
    int width = weights[0].length;
    float[] flat = new float[weights.length * width];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) weights[i / width][i % width];
    }
    return Tensor.of(flat, weights.length, width);
  }

  /**
   * Weight of each source distance for each target distance along one axis.
   *
   * @param from rows or columns of the source grid
   * @param to rows or columns of the target grid
   */
  private static double[][] weights(int from, int to) {
    double[] positions = positions(from - 1, to - 1);
    double[][] weights = new double[2 * to - 1][positions.length];
    for (int i = 0; i < weights.length; i++) {
      double x = i - (to - 1);
      int right = 0;
      while (right < positions.length - 1 && positions[right] < x) {
        right++;
      }
      int left = Math.max(0, right - 1);
      double fromLeft = Math.max(0, x - positions[left]);
      double fromRight = Math.max(0, positions[right] - x);
      boolean exact = fromLeft + fromRight == 0;
      weights[i][left] += exact ? 0.5 : fromRight / (fromLeft + fromRight);
      weights[i][right] += exact ? 0.5 : fromLeft / (fromLeft + fromRight);
    }
    return weights;
  }

  /**
   * Positions of the distances from -reach to reach: geometric, so that the outermost is at the
   * target's.
   */
  private static double[] positions(int reach, int target) {
    double left = 1.01;
    double right = 1.5;
    double q = left;
    while (right - left > 1e-6) {
      q = (left + right) / 2;
      if ((1 - Math.pow(q, reach)) / (1 - q) > target) {
        right = q;
      } else {
        left = q;
      }
    }
    double[] positions = new double[2 * reach + 1];
    double at = 1;
    for (int i = 1; i <= reach; i++) {
      positions[reach + i] = at;
      positions[reach - i] = -at;
      at += Math.pow(q, i);
    }
    return positions;
  }
}
