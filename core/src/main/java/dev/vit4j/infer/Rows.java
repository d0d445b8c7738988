package dev.vit4j.infer;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/** Converts the rows of a tensor to arrays, one per image of a batch. */
final class Rows {
  private Rows() {}

  /** Converts [B, D] with B &gt; 0 to B arrays of D values. */
  static float[][] of(Tensor x) {
    float[] flat = x.to(DType.F32).toFloats();
    float[][] rows = new float[Math.toIntExact(x.size(0))][];
    int dim = flat.length / rows.length;
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * dim, (i + 1) * dim));
    return rows;
  }

  /** Rejects NaN and infinity. */
  static void requireNumbers(float[] row) {
    for (float value : row) {
      if (Float.isNaN(value)) {
        throw new IllegalStateException(
            "the model's output is not finite: its weights contain NaN or infinite values");
      }
    }
  }
}
