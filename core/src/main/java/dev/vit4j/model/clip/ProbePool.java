package dev.vit4j.model.clip;

import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/**
 * Pools tokens by attention with one learned query, followed by an MLP (transformers' {@code
 * SiglipMultiheadAttentionPoolingHead}, big_vision's {@code MAPHead}). Name for {@link Trace}:
 * {@code attn_pool.attention}, [B, H, 1, N].
 */
final class ProbePool extends Module {
  /** Name of the attention in a trace. */
  static final String ATTENTION = "attn_pool.attention";

  private final Tensor probe; // [1, 1, D]
  private final Tensor weight; // [3D, D], of q, k and v
  private final Tensor bias; // [3D]
  private final Linear out; // [D -> D]
  private final LayerNorm norm;
  private final Linear fc1;
  private final Linear fc2;
  private final Activation act;
  private final int dim;
  private final int heads;

  ProbePool(Init xavier, VisionConfig c) {
    this.dim = c.width();
    this.heads = c.heads();
    this.act = c.act();
    int hidden = (int) (dim * c.mlpRatio());
    this.probe = parameter("probe", xavier.xavierUniform(1, 1, dim));
    this.weight = parameter("in_proj_weight", xavier.xavierUniform(3L * dim, dim));
    this.bias = parameter("in_proj_bias", xavier.zeros(3L * dim));
    this.out = child("out_proj", new Linear(xavier, dim, dim, true));
    this.norm = child("ln", new LayerNorm(xavier, dim, c.normEps()));
    this.fc1 = child("mlp.c_fc", new Linear(xavier, dim, hidden, true));
    this.fc2 = child("mlp.c_proj", new Linear(xavier, hidden, dim, true));
  }

  /** [B, N, D] to [B, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor q = split(project(probe, 0)).expand(x.size(0), heads, 1, dim / heads); // [B, H, 1, D/H]
    Tensor y = read(q, split(project(x, 1)), split(project(x, 2))); // [B, H, 1, D/H]
    Tensor pooled = out.apply(y.transpose(1, 2).reshape(x.size(0), dim)); // [B, D]
    return pooled.add(fc2.apply(fc1.apply(norm.apply(pooled), act)));
  }

  private static Tensor read(Tensor q, Tensor k, Tensor v) {
    if (!Trace.isOn()) {
      return Ops.attention(q, k, v, false);
    }
    Tensor probabilities = Ops.attentionProbabilities(q, k, false); // [B, H, 1, N]
    Trace.record(ATTENTION, probabilities);
    return Ops.matmul(probabilities, v);
  }

  /** Multiplies with one of q, k and v. */
  private Tensor project(Tensor x, int third) {
    long from = (long) third * dim;
    return Ops.linear(x, weight.narrow(0, from, dim), bias.narrow(0, from, dim));
  }

  /** [B, N, D] to [B, H, N, D/H]. */
  private Tensor split(Tensor x) {
    return x.reshape(x.size(0), x.size(1), heads, dim / heads).transpose(1, 2);
  }
}
