package dev.vit4j.model.beit;

import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Rotary position embeddings (Su et al. 2021, arXiv 2104.09864) on a grid, as timm's {@code
 * RotaryEmbeddingCat}: pairs of neighboring elements are rotated by an angle, in the first half of
 * a head by the row of the patch times a frequency, in the second half by its column. The class
 * token is not rotated.
 */
final class Rotation {
  private static final double TEMPERATURE = 10000;

  private final float[] cos; // [N, d]
  private final float[] sin; // [N, d]
  private final float[] turned; // [d, d]: x turned is x with every pair turned by 90 degrees
  private final int tokens;
  private final int width;

  /**
   * @param grid rows and columns of patches
   * @param reference rows and columns to which positions are scaled; empty for none
   * @param width elements d of a head, divisible by 4
   */
  Rotation(int[] grid, List<Integer> reference, int width) {
    this.tokens = 1 + grid[0] * grid[1];
    this.width = width;
    this.cos = new float[tokens * width];
    this.sin = new float[tokens * width];
    this.turned = new float[width * width];
    Arrays.fill(cos, 0, width, 1);
    int bands = width / 4;
    for (int patch = 0; patch < tokens - 1; patch++) {
      int[] at = {patch / grid[1], patch % grid[1]};
      for (int i = 0; i < width; i++) {
        int axis = i / (2 * bands);
        int band = i / 2 % bands;
        float place = at[axis];
        if (!reference.isEmpty()) {
          place = place / grid[axis] * reference.get(axis);
        }
        float frequency = (float) (1 / Math.pow(TEMPERATURE, (float) band / bands));
        float angle = place * frequency;
        cos[(patch + 1) * width + i] = (float) Math.cos(angle);
        sin[(patch + 1) * width + i] = (float) Math.sin(angle);
      }
    }
    for (int i = 0; i < width; i += 2) {
      turned[(i + 1) * width + i] = -1;
      turned[i * width + i + 1] = 1;
    }
  }

  /** Rotates [B, H, N, d]. */
  Tensor apply(Tensor x) {
    Tensor c = cos().to(x.device()).to(x.dtype());
    Tensor s = sin().to(x.device()).to(x.dtype());
    return x.mul(c).add(x.matmul(turned().to(x.device()).to(x.dtype())).mul(s));
  }

  Tensor cos() {
    return Tensor.of(cos, tokens, width);
  }

  Tensor sin() {
    return Tensor.of(sin, tokens, width);
  }

  Tensor turned() {
    return Tensor.of(turned, width, width);
  }
}
