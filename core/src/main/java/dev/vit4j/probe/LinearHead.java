package dev.vit4j.probe;

import dev.vit4j.nn.Linear;
import dev.vit4j.tensor.Tensor;

/** Makes linear heads of solutions. */
final class LinearHead {
  static final String WEIGHT = "weight";
  static final String BIAS = "bias";

  private LinearHead() {}

  /**
   * Creates a head from rows of weights and an intercept. A single row is the score of the second
   * of two classes against the first, and is divided between them.
   *
   * @param rows [K][D + 1]
   */
  static Linear of(double[][] rows) {
    boolean single = rows.length == 1;
    int k = single ? 2 : rows.length;
    int dim = rows[0].length - 1;
    float[] weight = new float[k * dim];
    float[] bias = new float[k];
    for (int c = 0; c < k; c++) {
      double[] row = rows[single ? 0 : c];
      double factor = single ? c - 0.5 : 1;
      for (int d = 0; d < dim; d++) {
        weight[c * dim + d] = (float) (factor * row[d]);
      }
      bias[c] = (float) (factor * row[dim]);
    }
    return new Linear(Tensor.of(weight, k, dim), Tensor.of(bias, k));
  }
}
