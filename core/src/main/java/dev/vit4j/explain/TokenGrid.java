package dev.vit4j.explain;

import dev.vit4j.model.Inside;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Positions of a model's tokens in the image, and their weights in the head's input.
 *
 * @param rows rows of the token grid
 * @param columns columns of the token grid
 * @param prefix number of tokens before the grid: class, distillation and register tokens
 * @param reading weight of every token in the head's input, including the prefix; sums to 1
 * @param reader name of the reading token or pooling, for titles
 * @param pooling traced attention that reads the tokens, see {@link Inside.Attention}; empty for
 *     none
 */
record TokenGrid(
    int rows, int columns, int prefix, float[] reading, String reader, String pooling) {
  /**
   * Returns the grid of a model; null for a model without attention.
   *
   * @param seen trace of a forward pass
   */
  static @Nullable TokenGrid of(Inside inside, Map<String, Tensor> seen) {
    Inside.Attention a = inside.attention();
    return a == null
        ? null
        : new TokenGrid(
            a.rows(), a.columns(), a.prefix(), a.reading().apply(seen), a.reader(), a.pooling());
  }

  /** Returns the grid as read by one of its patches, counted row by row from 0. */
  TokenGrid from(int patch) {
    float[] only = new float[reading.length];
    only[prefix + patch] = 1;
    return new TokenGrid(
        rows,
        columns,
        prefix,
        only,
        "patch %d, %d".formatted(patch / columns, patch % columns),
        "");
  }

  /** Returns {@code reading} as a row vector [1, N] on the model's device. */
  Tensor row(Tensor like) {
    return Tensor.of(reading, 1, reading.length).to(like.device());
  }

  /** Converts the values of all tokens to a map [rows][columns], without the prefix. */
  float[][] map(float[] values, int from) {
    float[][] map = new float[rows][];
    for (int r = 0; r < rows; r++) {
      int start = from + prefix + r * columns;
      map[r] = Arrays.copyOfRange(values, start, start + columns);
    }
    return map;
  }
}
