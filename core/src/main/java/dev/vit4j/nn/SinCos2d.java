package dev.vit4j.nn;

import dev.vit4j.tensor.Tensor;

/** Fixed position embeddings of a grid (timm's {@code build_sincos2d_pos_embed}). */
public final class SinCos2d {
  private static final double TEMPERATURE = 10_000;

  private SinCos2d() {}

  /**
   * Returns the embeddings: for each cell the sines of its row and of its column at D / 4
   * frequencies, then their cosines.
   *
   * @param dim D, divisible by 4
   * @return [1, rows · columns, D], f32 on the CPU
   * @throws IllegalArgumentException if D is not divisible by 4
   */
  public static Tensor of(int rows, int columns, int dim) {
    if (dim % 4 != 0) {
      throw new IllegalArgumentException(
          "2-D position embeddings need a width that is divisible by 4, not " + dim);
    }
    int bands = dim / 4;
    float[] values = new float[rows * columns * dim];
    for (int cell = 0; cell < rows * columns; cell++) {
      for (int i = 0; i < bands; i++) {
        double band = 1 / Math.pow(TEMPERATURE, (double) i / bands);
        double row = Math.floorDiv(cell, columns) * band;
        double column = Math.floorMod(cell, columns) * band;
        int at = cell * dim + i;
        values[at] = (float) Math.sin(row);
        values[at + bands] = (float) Math.sin(column);
        values[at + 2 * bands] = (float) Math.cos(row);
        values[at + 3 * bands] = (float) Math.cos(column);
      }
    }
    return Tensor.of(values, 1, (long) rows * columns, dim);
  }
}
