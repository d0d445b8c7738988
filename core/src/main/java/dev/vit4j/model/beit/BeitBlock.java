package dev.vit4j.model.beit;

import dev.vit4j.nn.DropPath;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Mlp;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer layer with LayerScale, whose attention has relative position biases
 * (timm's {@code Block} of BEiT).
 */
final class BeitBlock extends Module {
  private final LayerNorm norm1;
  private final Attention attn;
  private final @Nullable Tensor gamma1; // [D]
  private final DropPath dropPath1;
  private final LayerNorm norm2;
  private final Mlp mlp;
  private final @Nullable Tensor gamma2; // [D]
  private final DropPath dropPath2;

  /**
   * @param shared biases of all blocks; null for none
   * @param index number of the block; the drop path rate increases with it, and the initial weights
   *     of the last layer of each branch decrease
   */
  BeitBlock(Init init, BeitConfig c, @Nullable RelativeBias shared, int index) {
    int dim = c.embedDim();
    double drop = c.depth() == 1 ? 0 : c.dropPathRate() * index / (c.depth() - 1);
    Double scale = c.initValues();
    this.norm1 = child("norm1", new LayerNorm(init, dim, c.normEps()));
    this.attn = child("attn", new Attention(init, c, shared));
    this.gamma1 = scale == null ? null : parameter("gamma_1", init.full(scale, dim));
    this.dropPath1 = child("drop_path1", new DropPath(drop));
    this.norm2 = child("norm2", new LayerNorm(init, dim, c.normEps()));
    this.mlp = child("mlp", new Mlp(init, dim, c.hiddenDim(), c.act(), true, c.projDropRate()));
    this.gamma2 = scale == null ? null : parameter("gamma_2", init.full(scale, dim));
    this.dropPath2 = child("drop_path2", new DropPath(drop));
    try (NoGrad g = NoGrad.on()) {
      for (String last : List.of("attn.proj.weight", "mlp.fc2.weight")) {
        parameters().get(last).mul_(1 / Math.sqrt(2.0 * (index + 1)));
      }
    }
  }

  /** [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor mixed = x.add(dropPath1.apply(scaled(gamma1, attn.apply(norm1.apply(x)))));
    return mixed.add(dropPath2.apply(scaled(gamma2, mlp.apply(norm2.apply(mixed)))));
  }

  private static Tensor scaled(@Nullable Tensor gamma, Tensor x) {
    return gamma == null ? x : x.mul(gamma);
  }

  /** Multi-head self-attention: softmax(q kᵀ / √d + bias) v; keys have no bias of their own. */
  private static final class Attention extends Module {
    private final Linear qkv; // [D -> 3D]
    private final @Nullable Tensor qBias; // [D]
    private final @Nullable Tensor vBias; // [D]
    private final @Nullable RelativeBias own;
    private final @Nullable RelativeBias shared;
    private final Dropout attnDrop;
    private final Linear proj; // [D -> D]
    private final Dropout projDrop;
    private final int dim;
    private final int heads;

    Attention(Init init, BeitConfig c, @Nullable RelativeBias shared) {
      this.dim = c.embedDim();
      this.heads = c.numHeads();
      this.shared = shared; // a child of the model
      this.qBias = c.qkvBias() ? parameter("q_bias", init.zeros(dim)) : null;
      this.vBias = c.qkvBias() ? parameter("v_bias", init.zeros(dim)) : null;
      this.own =
          c.useRelPosBias() ? child("", new RelativeBias(init, c.grid(), c.numHeads())) : null;
      this.qkv = child("qkv", new Linear(init, dim, 3 * dim, false));
      this.attnDrop = child("attn_drop", new Dropout(c.attnDropRate()));
      this.proj = child("proj", new Linear(init, dim, dim, true));
      this.projDrop = child("proj_drop", new Dropout(c.projDropRate()));
    }

    @Override
    protected Tensor forward(Tensor x) {
      Tensor[] parts = qkv.apply(x).split(dim, 2); // 3 x [B, N, D]
      Tensor q = heads(qBias == null ? parts[0] : parts[0].add(qBias)); // [B, H, N, d]
      Tensor k = heads(parts[1]);
      Tensor v = heads(vBias == null ? parts[2] : parts[2].add(vBias));
      Tensor scores = q.mul(1 / Math.sqrt((double) dim / heads)).matmul(k.transpose(2, 3));
      if (own != null) {
        scores = own.apply(scores);
      }
      if (shared != null) {
        scores = shared.apply(scores);
      }
      Tensor probabilities = scores.softmax(-1); // [B, H, N, N]
      Trace.record(Trace.here() + "attention", probabilities);
      Tensor y = attnDrop.apply(probabilities).matmul(v).transpose(1, 2);
      return projDrop.apply(proj.apply(y.reshape(x.size(0), x.size(1), dim)));
    }

    private Tensor heads(Tensor x) {
      return x.reshape(x.size(0), x.size(1), heads, dim / heads).transpose(1, 2);
    }
  }
}
