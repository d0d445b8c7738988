package dev.vit4j.explain;

import dev.vit4j.model.Model;
import dev.vit4j.model.cct.Cct;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.model.vit.VitConfig;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a model's tokens lie on the picture, and how much of each its head reads.
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
  static @Nullable TokenGrid of(Model model, Map<String, Tensor> seen) {
    if (model instanceof Vit vit) {
      return of(vit.config());
    }
    if (model instanceof Cct) {
      Tensor grid = seen.get("tokenizer"); // [1, D, h, w]
      return new TokenGrid(
          (int) grid.size(2), (int) grid.size(3), 0, seen.get("pool").toFloats(), "the pooling");
    }
    return null;
  }

  private static TokenGrid of(VitConfig c) {
    int rows = c.imgSize()[0] / c.patchSize()[0];
    int columns = c.imgSize()[1] / c.patchSize()[1];
    float[] reading = new float[c.tokens()];
    if (c.globalPool().equals("avg")) {
      Arrays.fill(reading, c.prefixTokens(), c.tokens(), 1f / c.patches());
      return new TokenGrid(rows, columns, c.prefixTokens(), reading, "the mean of the patches");
    }
    int heads = c.distilled() ? 2 : 1;
    Arrays.fill(reading, 0, heads, 1f / heads);
    String reader = heads == 1 ? "the class token" : "the class and distillation tokens";
    return new TokenGrid(rows, columns, c.prefixTokens(), reading, reader);
  }

  /** The reading as a row vector, [1, N], where the model is. */
  Tensor row(Tensor like) {
    return Tensor.of(reading, 1, reading.length).to(like.device());
  }

  /** Values of all tokens as a map of the picture: [rows][columns], without the prefix. */
  float[][] map(float[] values, int from) {
    float[][] map = new float[rows][];
    for (int r = 0; r < rows; r++) {
      int start = from + prefix + r * columns;
      map[r] = Arrays.copyOfRange(values, start, start + columns);
    }
    return map;
  }
}
