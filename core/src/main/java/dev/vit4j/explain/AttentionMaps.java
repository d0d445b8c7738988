package dev.vit4j.explain;

import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attention maps with one value per token of the grid, for the tokens that the head reads: the row
 * of the class token, the mean of the rows of class and distillation token, the mean of all patch
 * rows, or with sequence pooling the weighted mean of the rows; or those of one patch, if it was
 * asked for. The maps exclude class, distillation and register tokens.
 *
 * @param reader name of the reading token or pooling
 * @param heads attention probabilities by layer and head: [layers][heads][rows][columns]
 * @param rollout product of the attention of all layers with the identity added for residual
 *     connections: products of (mean over the heads + I) / 2 (Abnar and Zuidema 2020, arXiv
 *     2005.00928)
 * @param relevance attention weighted by the gradient of the score: starting from R = I, each layer
 *     adds (mean over the heads of max(0, gradient * attention)) R; the initial I is subtracted
 *     (Chefer, Gur and Wolf 2021, arXiv 2103.15679). If a learned query reads the tokens, its
 *     attention, weighted in the same way, is multiplied with R. Null for a model without a head
 */
public record AttentionMaps(
    String reader, float[][][][] heads, float[][] rollout, float @Nullable [][] relevance) {

  /**
   * Computes the maps of an image from the trace of its forward pass.
   *
   * @param seen attention of every layer, [1, H, N, N]
   * @param hasGradients whether the backward pass of a class score has run
   */
  static AttentionMaps of(Map<String, Tensor> seen, TokenGrid grid, boolean hasGradients) {
    List<Tensor> layers = Relevance.layers(seen, "");
    float[][][][] heads = layers.stream().map(a -> heads(a, grid)).toArray(float[][][][]::new);
    float[][] relevance =
        hasGradients ? grid.map(relevance(layers, grid, seen).toFloats(), 0) : null;
    float[][] rollout = grid.map(rollout(layers, grid).toFloats(), 0);
    return new AttentionMaps(grid.reader(), heads, rollout, relevance);
  }

  private static float[][][] heads(Tensor attention, TokenGrid grid) {
    Tensor rows = grid.row(attention).matmul(attention.detach()); // [1, H, 1, N]
    float[] values = rows.toFloats();
    float[][][] heads = new float[(int) attention.size(1)][][];
    for (int h = 0; h < heads.length; h++) {
      heads[h] = grid.map(values, h * grid.reading().length);
    }
    return heads;
  }

  /** w (A_L + I) / 2 … (A_1 + I) / 2 for the reading weights w, from the left: [1, N]. */
  private static Tensor rollout(List<Tensor> layers, TokenGrid grid) {
    Tensor w = grid.row(layers.get(0));
    for (int i = layers.size() - 1; i >= 0; i--) {
      Tensor mean = layers.get(i).detach().select(0, 0).mean(0); // [N, N]
      w = w.matmul(mean).add(w).mul(0.5);
    }
    return w;
  }

  /**
   * The relevance of all tokens, [1, N]. Tokens that are read by attention enter with its weights;
   * otherwise the token that is read does not count as relevant to itself.
   */
  private static Tensor relevance(List<Tensor> layers, TokenGrid grid, Map<String, Tensor> seen) {
    Tensor pooling = seen.get(grid.pooling());
    if (pooling != null) {
      return Relevance.through(layers, Relevance.weighted(pooling));
    }
    Tensor start = grid.row(layers.get(0));
    return Relevance.through(layers, start).sub(start);
  }

  /** Returns the mean attention over the heads of a layer: [rows][columns]. */
  public float[][] mean(int layer) {
    float[][][] all = heads[layer];
    float[][] mean = new float[rollout.length][rollout[0].length];
    for (int r = 0; r < mean.length; r++) {
      for (int c = 0; c < mean[r].length; c++) {
        for (float[][] head : all) {
          mean[r][c] += head[r][c] / all.length;
        }
      }
    }
    return mean;
  }
}
