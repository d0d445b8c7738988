package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention over a sequence of tokens (Vaswani et al. 2017, eq. 1; timm's {@code
 * Attention}): softmax(q kᵀ / √d) v per head, heads concatenated, then a linear projection.
 */
public final class Attention extends Module {
  private final Linear qkv; // [D -> 3D], q, k and v of all heads concatenated
  private final @Nullable LayerNorm qNorm; // over the d of a head
  private final @Nullable LayerNorm kNorm;
  private final Linear proj; // [D -> D]
  private final Dropout attnDrop;
  private final Dropout projDrop;
  private final int dim;
  private final int heads;
  private final boolean causal;
  private final double attnDropRate;

  /**
   * @param dim width D of the tokens, divisible by {@code heads}
   * @param qkvBias whether q, k and v have a bias
   * @param projBias whether the projection has a bias
   * @param attnDropRate probability of dropout on the attention probabilities
   * @param projDropRate probability of dropout on the output
   */
  public Attention(
      Init init,
      int dim,
      int heads,
      boolean qkvBias,
      boolean projBias,
      double attnDropRate,
      double projDropRate) {
    this(
        EncoderBlock.Inits.same(init),
        new EncoderBlock.Config(
            dim,
            heads,
            dim,
            qkvBias,
            projBias,
            null,
            Activation.GELU,
            0,
            projDropRate,
            attnDropRate,
            false,
            EncoderBlock.Names.TIMM));
  }

  /** Creates the attention of an encoder block. */
  Attention(EncoderBlock.Inits inits, EncoderBlock.Config c) {
    this.dim = c.dim();
    this.heads = c.heads();
    this.causal = c.causal();
    this.attnDropRate = c.attnDropRate();
    this.qkv = child(c.names().qkv(), new Linear(inits.qkv(), dim, 3 * dim, c.qkvBias()));
    this.qNorm = c.qkNorm() ? child("q_norm", headNorm(inits, c)) : null;
    this.kNorm = c.qkNorm() ? child("k_norm", headNorm(inits, c)) : null;
    this.attnDrop = child("attn_drop", new Dropout(attnDropRate));
    this.proj = child(c.names().proj(), new Linear(inits.proj(), dim, dim, c.projBias()));
    this.projDrop = child("proj_drop", new Dropout(c.projDropRate()));
  }

  private static LayerNorm headNorm(EncoderBlock.Inits inits, EncoderBlock.Config c) {
    return new LayerNorm(inits.qkv(), c.dim() / c.heads(), c.normEps());
  }

  /** Full self-attention: [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor all = qkv.apply(x); // [B, N, 3D]
    return output(attend(all.narrow(2, 0, dim), all.narrow(2, dim, 2L * dim)));
  }

  /**
   * Computes attention for the first {@code count} query tokens only, over the keys and values of
   * all tokens. The result equals the first rows of {@link #forward} and costs a fraction of it.
   *
   * @param x tokens [B, N, D]
   * @param count number of query tokens, from the start of the sequence
   * @return [B, count, D]
   */
  public Tensor forwardFirst(Tensor x, int count) {
    Tensor q = qkv.part(x.narrow(1, 0, count), 0, dim); // [B, count, D]
    return output(attend(q, qkv.part(x, dim, 2L * dim)));
  }

  /**
   * Attends queries [B, Nq, D] to keys and values [B, N, 2D] of all {@link TokenTeam} threads;
   * returns [B, H, Nq, D/H].
   */
  private Tensor attend(Tensor queries, Tensor keysAndValues) {
    Tensor[] kv = TokenTeam.all(keysAndValues, 1).split(dim, 2); // 2 x [B, N, D]
    Tensor q = normed(qNorm, heads(queries)); // [B, H, Nq, D/H]
    Tensor k = normed(kNorm, heads(kv[0])); // [B, H, N, D/H]
    Tensor v = heads(kv[1]);
    boolean drops = isTraining() && attnDropRate > 0;
    if (!drops && !Trace.isOn()) {
      return Ops.attention(q, k, v, causal); // [B, H, Nq, D/H]
    }
    Tensor probabilities = Ops.attentionProbabilities(q, k, causal); // [B, H, Nq, N]
    Trace.record(Trace.here() + "attention", probabilities);
    return attnDrop.apply(probabilities).matmul(v); // [B, H, Nq, D/H]
  }

  private static Tensor normed(@Nullable LayerNorm norm, Tensor x) {
    return norm == null ? x : norm.apply(x);
  }

  /** Splits the heads: [B, N, D] to [B, H, N, D/H]. */
  private Tensor heads(Tensor x) {
    return x.view(x.size(0), x.size(1), heads, dim / heads).transpose(1, 2);
  }

  /** Concatenates the heads and projects: [B, H, N, D/H] to [B, N, D]. */
  private Tensor output(Tensor y) {
    Tensor merged = y.transpose(1, 2).reshape(y.size(0), y.size(2), dim);
    return projDrop.apply(proj.apply(merged));
  }
}
