package dev.vit4j.model;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.function.Consumer;

/** Adapts the weights of the first layer to other channels and patch sizes. */
public final class InputLayer {
  private static final int RGB = 3;

  private InputLayer() {}

  /**
   * Adapts weights to another number of channels, as timm's {@code adapt_input_conv}: for one
   * channel, the three are summed; for more than three, they are repeated and scaled to preserve
   * the sum.
   *
   * @param weight [out, C, h, w]
   * @param channels new number of channels
   * @return [out, channels, h, w]
   * @throws IllegalArgumentException if the weights do not have three channels
   */
  public static Tensor channels(Tensor weight, int channels) {
    if (weight.size(1) == channels) {
      return weight;
    }
    if (weight.size(1) != RGB) {
      throw new IllegalArgumentException(
          "weights for %d channels cannot be adapted to %d channels: only weights for 3 channels can"
              .formatted(weight.size(1), channels));
    }
    if (channels == 1) {
      return weight.narrow(1, 0, 1).add(weight.narrow(1, 1, 1)).add(weight.narrow(1, 2, 1));
    }
    Tensor[] repeated = new Tensor[(channels + RGB - 1) / RGB];
    java.util.Arrays.fill(repeated, weight);
    return Ops.cat(1, repeated).narrow(1, 0, channels).mul((double) RGB / channels);
  }

  /**
   * Resizes kernels to another patch size, as timm's {@code resample_patch_embed} (FlexiViT, Beyer
   * et al. 2023): the least-squares solution that maps resized patches to the original tokens.
   *
   * @param weight [out, C, h, w]
   * @return [out, C, height, width]
   */
  public static Tensor patch(Tensor weight, int height, int width) {
    int h = (int) weight.size(2);
    int w = (int) weight.size(3);
    if (h == height && w == width) {
      return weight;
    }
    long out = weight.size(0);
    long in = weight.size(1);
    // The resize is separable into rows and columns, and so is its pseudo-inverse.
    Tensor rows = inverse(GridResize.BICUBIC_ANTIALIAS.weights(h, height)); // [height, h]
    Tensor columns = inverse(GridResize.BICUBIC_ANTIALIAS.weights(w, width));
    return rows.matmul(weight.reshape(out * in, h, w))
        .matmul(columns.transpose(0, 1))
        .reshape(out, in, height, width);
  }

  /**
   * Resizes the kernels in a state dict, as {@link #patch(Tensor, int, int)}.
   *
   * @param name name of the kernels' tensor
   * @param size height and width of the new patches
   * @param notes receives a line if the kernels are resized
   */
  public static void patch(
      Map<String, Tensor> state, String name, int[] size, Consumer<String> notes) {
    Tensor kernels = state.get(name);
    if (kernels != null && (kernels.size(2) != size[0] || kernels.size(3) != size[1])) {
      state.put(name, patch(kernels, size[0], size[1]));
      notes.accept("patch kernels resized to %dx%d pixels".formatted(size[0], size[1]));
    }
  }

  /**
   * Pseudo-inverse of the transposed resize matrix, which has full rank: [out][in] to [out, in].
   */
  private static Tensor inverse(double[][] resize) {
    int out = resize.length;
    int in = resize[0].length;
    boolean tall = out >= in;
    double[][] small =
        tall ? product(transposed(resize), resize) : product(resize, transposed(resize));
    double[][] inverse = invert(small);
    double[][] result = tall ? product(resize, inverse) : product(inverse, resize);
    float[] flat = new float[out * in];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        flat[i * in + j] = (float) result[i][j];
      }
    }
    return Tensor.of(flat, out, in);
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  /** Gauss-Jordan elimination; no pivoting is needed, since the matrix is positive definite. */
  private static double[][] invert(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][];
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      inverse[i][i] = 1;
    }
    for (int p = 0; p < n; p++) {
      double pivot = a[p][p];
      for (int j = 0; j < n; j++) {
        a[p][j] /= pivot;
        inverse[p][j] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = a[i][p];
        for (int j = 0; i != p && j < n; j++) {
          a[i][j] -= factor * a[p][j];
          inverse[i][j] -= factor * inverse[p][j];
        }
      }
    }
    return inverse;
  }
}
