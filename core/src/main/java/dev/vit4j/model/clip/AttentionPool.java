package dev.vit4j.model.clip;

import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/**
 * Pools a feature map by attention whose only query is the mean (open_clip's {@code
 * AttentionPool2d}).
 */
final class AttentionPool extends Module {
  private final Tensor positionalEmbedding; // [1 + h w, D]
  private final Linear q; // [D -> D]
  private final Linear k;
  private final Linear v;
  private final Linear c; // [D -> E]
  private final int heads;

  AttentionPool(Init init, int positions, int dim, int heads, int embedDim) {
    double std = 1 / Math.sqrt((double) dim);
    Init normal = init.withNormal(std);
    this.positionalEmbedding = parameter("positional_embedding", init.normal(std, positions, dim));
    this.k = child("k_proj", new Linear(normal, dim, dim, true));
    this.q = child("q_proj", new Linear(normal, dim, dim, true));
    this.v = child("v_proj", new Linear(normal, dim, dim, true));
    this.c = child("c_proj", new Linear(normal, dim, embedDim, true));
    this.heads = heads;
  }

  /** [B, D, h, w] to [B, E]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor pixels = x.flatten(2, 3).transpose(1, 2); // [B, h w, D]
    Tensor tokens =
        Ops.cat(1, pixels.mean(1).unsqueeze(1), pixels).add(positionalEmbedding); // [B, 1 + h w, D]
    Tensor query = q.apply(tokens.narrow(1, 0, 1)); // [B, 1, D]
    Tensor probabilities = // [B, H, 1, 1 + h w]
        Ops.attentionProbabilities(split(query), split(k.apply(tokens)), false);
    Trace.record("attnpool.attention", probabilities);
    Tensor y = Ops.matmul(probabilities, split(v.apply(tokens))); // [B, H, 1, D/H]
    return c.apply(y.transpose(1, 2).reshape(x.size(0), x.size(1))); // [B, E]
  }

  /** [B, N, D] to [B, H, N, D/H]. */
  private Tensor split(Tensor x) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
  }
}
