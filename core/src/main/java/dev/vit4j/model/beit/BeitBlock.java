package dev.vit4j.model.beit;

import dev.vit4j.nn.DropPath;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Mlp;
import dev.vit4j.nn.Module;
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
  private final BeitAttention attn;
  private final @Nullable Tensor gamma1; // [D]
  private final DropPath dropPath1;
  private final LayerNorm norm2;
  private final Module mlp;
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
    this.attn = child("attn", new BeitAttention(init, c, shared));
    this.gamma1 = scale == null ? null : parameter("gamma_1", init.full(scale, dim));
    this.dropPath1 = child("drop_path1", new DropPath(drop));
    this.norm2 = child("norm2", new LayerNorm(init, dim, c.normEps()));
    this.mlp =
        child(
            "mlp",
            c.eva().swigluMlp()
                ? new GatedMlp(init, c)
                : new Mlp(init, dim, c.hiddenDim(), c.act(), true, c.projDropRate()));
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
}
