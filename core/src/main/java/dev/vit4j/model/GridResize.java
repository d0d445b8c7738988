package dev.vit4j.model;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Resizes grids of numbers (position embeddings, patch kernels) as PyTorch's {@code interpolate}
 * does: a weighted sum over rows, then over columns.
 */
public enum GridResize {
  /** timm, open_clip: Keys' cubic filter with a = -0.5, scaled to the output's pixel size. */
  BICUBIC_ANTIALIAS(true, true, false),
  /** Hugging Face: Keys' cubic filter with a = -0.75 over four neighbors. */
  BICUBIC(true, false, false),
  /** torchvision: as {@link #BICUBIC}, with aligned corners. */
  BICUBIC_CORNERS(true, false, true),
  /** A triangle filter scaled to the output's pixel size. */
  BILINEAR_ANTIALIAS(false, true, false),
  /** timm for Google's .npz: linear interpolation between two neighbors. */
  BILINEAR(false, false, false);

  private final boolean cubic;
  private final boolean antialias;
  private final boolean corners;

  GridResize(boolean cubic, boolean antialias, boolean corners) {
    this.cubic = cubic;
    this.antialias = antialias;
    this.corners = corners;
  }

  /**
   * Resizes position embeddings to another grid; those of the prefix tokens are unchanged.
   *
   * @param pos [1, prefix + rows * columns, D]
   * @param prefix number of tokens before the patches
   * @param from current rows and columns
   * @param to new rows and columns
   * @return [1, prefix + the new rows * columns, D]
   */
  public Tensor positions(Tensor pos, long prefix, int[] from, int[] to) {
    if (from[0] == to[0] && from[1] == to[1]) {
      return pos;
    }
    long dim = pos.size(2);
    Tensor grid = pos.narrow(1, prefix, (long) from[0] * from[1]);
    Tensor planes = grid.reshape(from[0], from[1], dim).permute(2, 0, 1); // [D, rows, columns]
    Tensor resized = planes(planes, to[0], to[1]).permute(1, 2, 0).reshape(1, -1, dim);
    return Ops.cat(1, pos.narrow(1, 0, prefix), resized);
  }

  /**
   * Resizes the position embeddings in a state dict as {@link #positions(Tensor, long, int[],
   * int[])}; does nothing if the tensor is missing or already has that grid.
   *
   * @param name name of the tensor
   * @param notes receives a line if the embeddings are resized
   */
  public void positions(
      Map<String, Tensor> state,
      String name,
      long prefix,
      int[] from,
      int[] to,
      Consumer<String> notes) {
    if (state.containsKey(name) && !Arrays.equals(from, to)) {
      state.compute(name, (n, pos) -> positions(pos, prefix, from, to));
      notes.accept(
          "positions resized from %dx%d to %dx%d patches"
              .formatted(from[0], from[1], to[0], to[1]));
    }
  }

  /** Resizes planes: [N, h, w] to [N, height, width]. */
  public Tensor planes(Tensor planes, int height, int width) {
    Tensor rows = matrix((int) planes.size(1), height); // [height, h]
    Tensor columns = matrix((int) planes.size(2), width); // [width, w]
    return rows.matmul(planes).matmul(columns.transpose(0, 1));
  }

  private Tensor matrix(int in, int out) {
    double[][] weights = weights(in, out);
    float[] flat = new float[in * out];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        flat[i * in + j] = (float) weights[i][j];
      }
    }
    return Tensor.of(flat, out, in);
  }

  /** Returns the weight of each input for each output: [out][in]. */
  public double[][] weights(int in, int out) {
    double[][] weights = new double[out][in];
    double scale = corners ? (out == 1 ? 0 : (in - 1.0) / (out - 1)) : (double) in / out;
    for (int i = 0; i < out; i++) {
      if (antialias) {
        wide(weights[i], (i + 0.5) * scale, Math.max(1, scale));
      } else {
        double center = corners ? i * scale : (i + 0.5) * scale - 0.5;
        neighbours(weights[i], cubic ? center : Math.max(0, center));
      }
    }
    return weights;
  }

  /** A filter scaled to the output's pixel size, truncated at the edges and normalized to sum 1. */
  private void wide(double[] row, double center, double stretch) {
    double support = (cubic ? 2 : 1) * stretch;
    int from = Math.max(0, (int) (center - support + 0.5));
    int to = Math.min(row.length, (int) (center + support + 0.5));
    double sum = 0;
    for (int j = from; j < to; j++) {
      row[j] = filter((j - center + 0.5) / stretch, -0.5);
      sum += row[j];
    }
    for (int j = from; j < to; j++) {
      row[j] /= sum;
    }
  }

  /** The neighbors of a point; the edge is repeated. */
  private void neighbours(double[] row, double center) {
    int floor = (int) Math.floor(center);
    int reach = cubic ? 2 : 1;
    for (int j = floor - reach + 1; j <= floor + reach; j++) {
      row[Math.max(0, Math.min(row.length - 1, j))] += filter(center - j, -0.75);
    }
  }

  private double filter(double distance, double a) {
    double x = Math.abs(distance);
    if (!cubic) {
      return Math.max(0, 1 - x);
    }
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }
}
