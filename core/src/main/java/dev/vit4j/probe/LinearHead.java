package dev.vit4j.probe;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Scores x Wᵀ + b.
 *
 * @param weight f32 [K, D]
 * @param bias f32 [K]
 */
record LinearHead(Tensor weight, Tensor bias) implements Head {
  static final String WEIGHT = "weight";
  static final String BIAS = "bias";

  /**
   * Creates a head from rows of weights and an intercept. A single row is the score of the second
   * of two classes against the first, and is divided between them.
   *
   * @param rows [K][D + 1]
   */
  static LinearHead of(double[][] rows) {
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
    return new LinearHead(Scope.own(Tensor.of(weight, k, dim)), Scope.own(Tensor.of(bias, k)));
  }

  @Override
  public Tensor scores(Tensor x) {
    return x.matmul(weight.transpose(0, 1)).add_(bias);
  }

  @Override
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(WEIGHT, weight);
    tensors.put(BIAS, bias);
    return tensors;
  }
}
