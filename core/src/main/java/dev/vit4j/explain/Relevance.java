package dev.vit4j.explain;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Attention weighted by the gradient of a score (Chefer, Gur and Wolf 2021, arXiv 2103.15679), from
 * traces with gradients.
 */
final class Relevance {
  private Relevance() {}

  /** Returns the traced attention of every layer, [1, H, N, N]. */
  static List<Tensor> layers(Map<String, Tensor> seen, String prefix) {
    List<Tensor> layers = new ArrayList<>();
    for (int i = 0; seen.containsKey(prefix + "block." + i + ".attention"); i++) {
      layers.add(seen.get(prefix + "block." + i + ".attention"));
    }
    return layers;
  }

  /** Returns the mean over the heads of max(0, gradient * attention): [1, H, Q, N] to [Q, N]. */
  static Tensor weighted(Tensor attention) {
    return Ops.relu(attention.detach().mul(attention.grad())).select(0, 0).mean(0);
  }

  /** Returns w (I + C_L) … (I + C_1) for weights w [1, N] of the tokens after the last layer. */
  static Tensor through(List<Tensor> layers, Tensor weights) {
    Tensor w = weights;
    for (int i = layers.size() - 1; i >= 0; i--) {
      w = w.add(w.matmul(weighted(layers.get(i))));
    }
    return w;
  }
}
