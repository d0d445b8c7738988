package dev.vit4j.model.beit;

import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention: softmax(q kᵀ / √d + bias) v, with relative position biases, or with
 * queries and keys rotated by their positions. Keys have no bias of their own.
 */
final class BeitAttention extends Module {
  private final List<Linear> qkv = new ArrayList<>(); // one [D -> 3D], or three [D -> D]
  private final @Nullable Tensor qBias; // [D]
  private final @Nullable Tensor vBias; // [D]
  private final @Nullable RelativeBias own;
  private final @Nullable RelativeBias shared;
  private final @Nullable Rotation rotation;
  private final Dropout attnDrop;
  private final @Nullable LayerNorm norm;
  private final Linear proj; // [D -> D]
  private final Dropout projDrop;
  private final int dim;
  private final int heads;

  /**
   * @param shared biases of all blocks, a child of the model; null for none
   */
  BeitAttention(Init init, BeitConfig c, @Nullable RelativeBias shared) {
    EvaParts eva = c.eva();
    this.dim = c.embedDim();
    this.heads = c.numHeads();
    this.shared = shared;
    boolean biases = c.qkvBias() && eva.qkvFused();
    this.qBias = biases ? parameter("q_bias", init.zeros(dim)) : null;
    this.vBias = biases ? parameter("v_bias", init.zeros(dim)) : null;
    this.own = c.useRelPosBias() ? child("", new RelativeBias(init, c.grid(), heads)) : null;
    if (eva.qkvFused()) {
      qkv.add(child("qkv", new Linear(init, dim, 3 * dim, false)));
    } else {
      qkv.add(child("q_proj", new Linear(init, dim, dim, c.qkvBias())));
      qkv.add(child("k_proj", new Linear(init, dim, dim, false)));
      qkv.add(child("v_proj", new Linear(init, dim, dim, c.qkvBias())));
    }
    this.rotation = c.rotation();
    this.attnDrop = child("attn_drop", new Dropout(c.attnDropRate()));
    this.norm = eva.scaleAttnInner() ? child("norm", new LayerNorm(init, dim, c.normEps())) : null;
    this.proj = child("proj", new Linear(init, dim, dim, true));
    this.projDrop = child("proj_drop", new Dropout(c.projDropRate()));
  }

  /** [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor[] parts = qkv.get(0).apply(x).split(dim, 2); // 3 x [B, N, D], or q alone
    boolean joined = qkv.size() == 1;
    Tensor q = heads(qBias == null ? parts[0] : parts[0].add(qBias)); // [B, H, N, d]
    Tensor k = heads(joined ? parts[1] : qkv.get(1).apply(x));
    Tensor values = joined ? parts[2] : qkv.get(2).apply(x);
    Tensor v = heads(vBias == null ? values : values.add(vBias));
    if (rotation != null) {
      q = rotation.apply(q);
      k = rotation.apply(k);
    }
    Tensor scores = q.mul(1 / Math.sqrt((double) dim / heads)).matmul(k.transpose(2, 3));
    if (own != null) {
      scores = own.apply(scores);
    }
    if (shared != null) {
      scores = shared.apply(scores);
    }
    Tensor probabilities = scores.softmax(-1); // [B, H, N, N]
    Trace.record(Trace.here() + "attention", probabilities);
    Tensor mixed = attnDrop.apply(probabilities).matmul(v).transpose(1, 2);
    Tensor y = mixed.reshape(x.size(0), x.size(1), dim);
    return projDrop.apply(proj.apply(norm == null ? y : norm.apply(y)));
  }

  private Tensor heads(Tensor x) {
    return x.reshape(x.size(0), x.size(1), heads, dim / heads).transpose(1, 2);
  }
}
