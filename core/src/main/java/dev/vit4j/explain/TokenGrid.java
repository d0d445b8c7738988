package dev.vit4j.explain;

import dev.vit4j.model.Inside;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a model's tokens lie on the image, and how much of each its head reads.
 *
 * @param rows of the grid of tokens
 * @param columns of it
 * @param prefix tokens before those of the grid: class, distillation and register tokens
 * @param reading what the head makes of every token, prefix included; sums to 1
 * @param reader whose attention that is, for titles
 */
record TokenGrid(int rows, int columns, int prefix, float[] reading, String reader) {
  /**
   * The grid of a model; null for one without attention.
   *
   * @param seen the trace of its forward pass
   */
  static @Nullable TokenGrid of(Inside inside, Map<String, Tensor> seen) {
    Inside.Attention a = inside.attention();
    return a == null
        ? null
        : new TokenGrid(a.rows(), a.columns(), a.prefix(), a.reading().apply(seen), a.reader());
  }

  /** The reading as a row vector, [1, N], where the model is. */
  Tensor row(Tensor like) {
    return Tensor.of(reading, 1, reading.length).to(like.device());
  }

  /** Values of all tokens as a map of the image: [rows][columns], without the prefix. */
  float[][] map(float[] values, int from) {
    float[][] map = new float[rows][];
    for (int r = 0; r < rows; r++) {
      int start = from + prefix + r * columns;
      map[r] = Arrays.copyOfRange(values, start, start + columns);
    }
    return map;
  }
}
