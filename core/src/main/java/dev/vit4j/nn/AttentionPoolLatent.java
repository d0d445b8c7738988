package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/**
 * Pools tokens by attention with one learned query, followed by an MLP (timm's {@code
 * AttentionPoolLatent}, big_vision's {@code MAPHead}; Zhai et al. 2022, arXiv 2106.04560). Name for
 * {@link Trace}: {@code attn_pool.attention}, [B, H, 1, N].
 */
public final class AttentionPoolLatent extends Module {
  /** Name of the attention in a trace. */
  public static final String ATTENTION = "attn_pool.attention";

  private final Tensor latent; // [1, 1, D]
  private final Linear q; // [D -> D]
  private final Linear kv; // [D -> 2D]
  private final Linear proj; // [D -> D]
  private final LayerNorm norm;
  private final Mlp mlp;
  private final int dim;
  private final int heads;

  /**
   * Creates a pooling layer with random weights.
   *
   * @param dim width D of the tokens
   * @param heads number of attention heads, a divisor of D
   * @param hidden hidden width of the MLP
   */
  public AttentionPoolLatent(
      Init init, int dim, int heads, int hidden, Activation act, double normEps) {
    this.dim = dim;
    this.heads = heads;
    this.latent = parameter("latent", init.truncNormalTf(1 / Math.sqrt((double) dim), 1, 1, dim));
    this.q = child("q", new Linear(init, dim, dim, true));
    this.kv = child("kv", new Linear(init, dim, 2 * dim, true));
    this.proj = child("proj", new Linear(init, dim, dim, true));
    this.norm = child("norm", new LayerNorm(init, dim, normEps));
    this.mlp = child("mlp", new Mlp(init, dim, hidden, act, true, 0));
  }

  /** [B, N, D] to [B, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor query = split(q.apply(latent)).expand(x.size(0), heads, 1, dim / heads);
    Tensor[] keysAndValues = kv.apply(x).split(dim, 2); // 2 x [B, N, D]
    Tensor y = read(query, split(keysAndValues[0]), split(keysAndValues[1])); // [B, H, 1, D/H]
    Tensor pooled = proj.apply(y.transpose(1, 2).reshape(x.size(0), dim)); // [B, D]
    return pooled.add(mlp.apply(norm.apply(pooled)));
  }

  private static Tensor read(Tensor q, Tensor k, Tensor v) {
    if (!Trace.isOn()) {
      return Ops.attention(q, k, v, false);
    }
    Tensor probabilities = Ops.attentionProbabilities(q, k, false); // [B, H, 1, N]
    Trace.record(ATTENTION, probabilities);
    return Ops.matmul(probabilities, v);
  }

  /** [B, N, D] to [B, H, N, D/H]. */
  private Tensor split(Tensor x) {
    return x.reshape(x.size(0), x.size(1), heads, dim / heads).transpose(1, 2);
  }
}
