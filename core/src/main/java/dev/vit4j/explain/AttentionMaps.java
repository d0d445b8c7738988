package dev.vit4j.explain;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a transformer looks, as maps of the image with a value per token of its grid. All are of
 * the tokens that the head reads: the class token's row, that of the class and distillation token
 * in equal parts, the mean of all patches' rows, or, with sequence pooling, the rows weighted as
 * the pooling does. Class, distillation and register tokens are left out of the maps.
 *
 * @param reader whose attention it is, in words
 * @param heads attention probabilities by layer and head: [layers][heads][rows][columns]
 * @param rollout attention multiplied through all layers, the identity added for the residual
 *     connections: products of (mean over the heads + I) / 2 (Abnar and Zuidema 2020, arXiv
 *     2005.00928)
 * @param relevance attention weighted with the class score's gradient: from I on, layer by layer R
 *     + mean over the heads of max(0, gradient * attention) R, without the I that it began with
 *     (Chefer, Gur and Wolf 2021, arXiv 2103.15679); null for a model without a head
 */
public record AttentionMaps(
    String reader, float[][][][] heads, float[][] rollout, float @Nullable [][] relevance) {

  /**
   * Reads the maps of an image from the trace of its forward pass.
   *
   * @param seen the attention of every layer, [1, H, N, N]
   * @param hasGradients whether a class score has been propagated backwards
   */
  static AttentionMaps of(Map<String, Tensor> seen, TokenGrid grid, boolean hasGradients) {
    List<Tensor> layers = new ArrayList<>();
    for (int i = 0; seen.containsKey("block." + i + ".attention"); i++) {
      layers.add(seen.get("block." + i + ".attention"));
    }
    float[][][][] heads = layers.stream().map(a -> heads(a, grid)).toArray(float[][][][]::new);
    float[][] relevance = hasGradients ? grid.map(relevance(layers, grid).toFloats(), 0) : null;
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

  /** w (A_L + I) / 2 … (A_1 + I) / 2 for the reading w, from the left: [1, N]. */
  private static Tensor rollout(List<Tensor> layers, TokenGrid grid) {
    Tensor w = grid.row(layers.get(0));
    for (int i = layers.size() - 1; i >= 0; i--) {
      Tensor mean = layers.get(i).detach().select(0, 0).mean(0); // [N, N]
      w = w.matmul(mean).add(w).mul(0.5);
    }
    return w;
  }

  /** w (I + C_L) … (I + C_1) - w, C being what a layer's attention does for the class: [1, N]. */
  private static Tensor relevance(List<Tensor> layers, TokenGrid grid) {
    Tensor start = grid.row(layers.get(0));
    Tensor w = start;
    for (int i = layers.size() - 1; i >= 0; i--) {
      Tensor a = layers.get(i);
      Tensor helps = Ops.relu(a.detach().mul(a.grad())).select(0, 0).mean(0); // [N, N]
      w = w.add(w.matmul(helps));
    }
    return w.sub(start);
  }

  /** A layer's attention as the mean over its heads: [rows][columns]. */
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
