package dev.vit4j.infer;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/** The rows of a tensor, which the images of a batch get one each. */
final class Rows {
  private Rows() {}

  /** [B, D] with at least one row to B arrays of D numbers. */
  static float[][] of(Tensor x) {
    float[] flat = x.to(DType.F32).toFloats();
    float[][] rows = new float[Math.toIntExact(x.size(0))][];
    int dim = flat.length / rows.length;
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * dim, (i + 1) * dim));
    return rows;
  }

  /** Refuses what a broken model gives. */
  static void requireNumbers(float[] row) {
    for (float value : row) {
      if (Float.isNaN(value)) {
        throw new IllegalStateException(
            "the model gives scores that are no numbers: its weights hold NaN or infinite values");
      }
    }
  }
}
