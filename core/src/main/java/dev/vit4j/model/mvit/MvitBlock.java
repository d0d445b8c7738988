package dev.vit4j.model.mvit;

import dev.vit4j.nn.Activation;
import dev.vit4j.nn.DropPath;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Mlp;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm block whose attention may reduce the grid and whose attention or MLP may widen the
 * tokens (timm's {@code MultiScaleBlock}). The shortcut is projected to the new width and
 * max-pooled to the new grid.
 */
final class MvitBlock extends Module {
  private final MvitConfig.Block c;
  private final boolean classToken;
  private final LayerNorm norm1;
  private final @Nullable Linear shortcutProjAttn; // [D -> A]
  private final PoolingAttention attn; // [D -> A]
  private final DropPath dropPath;
  private final LayerNorm norm2;
  private final @Nullable Linear shortcutProjMlp; // [A -> D']
  private final Mlp mlp; // [A -> D']

  MvitBlock(Init init, MvitConfig config, MvitConfig.Block c, double dropPathRate) {
    this.c = c;
    this.classToken = config.classToken();
    boolean widens = c.attnDim() != c.dim();
    boolean widensLater = c.outDim() != c.attnDim();
    this.norm1 = child("norm1", new LayerNorm(init, c.dim(), Mvit.NORM_EPS));
    this.shortcutProjAttn =
        widens ? child("shortcut_proj_attn", new Linear(init, c.dim(), c.attnDim(), true)) : null;
    this.attn = child("attn", new PoolingAttention(init, c, config.qkvBias(), config.classToken()));
    this.dropPath = child("drop_path", new DropPath(dropPathRate));
    this.norm2 = child("norm2", new LayerNorm(init, c.attnDim(), Mvit.NORM_EPS));
    this.shortcutProjMlp =
        widensLater
            ? child("shortcut_proj_mlp", new Linear(init, c.attnDim(), c.outDim(), true))
            : null;
    this.mlp =
        child(
            "mlp", new Mlp(init, c.attnDim(), c.hiddenDim(), c.outDim(), Activation.GELU, true, 0));
  }

  /** [B, N, D] to [B, Nq, D']. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor normed = norm1.apply(x);
    Tensor shortcut = shortcutProjAttn == null ? x : shortcutProjAttn.apply(normed);
    Tensor mixed = pooled(shortcut).add(dropPath.apply(attn.apply(normed))); // [B, Nq, A]
    Tensor normed2 = norm2.apply(mixed);
    Tensor shortcut2 = shortcutProjMlp == null ? mixed : shortcutProjMlp.apply(normed2);
    return shortcut2.add(dropPath.apply(mlp.apply(normed2))); // [B, Nq, D']
  }

  /** Max-pools the grid as the attention pools its queries: [B, N, A] to [B, Nq, A]. */
  private Tensor pooled(Tensor x) {
    if (c.strideQ() == 1) {
      return x;
    }
    int first = classToken ? 1 : 0;
    Tensor grid =
        x.narrow(1, first, (long) c.rows() * c.columns())
            .reshape(x.size(0), c.rows(), c.columns(), x.size(2))
            .permute(0, 3, 1, 2);
    Tensor tokens = ImageOps.maxPool2d(grid, 3, 2, 1).flatten(2, 3).transpose(1, 2);
    return classToken ? Ops.cat(1, x.narrow(1, 0, 1), tokens) : tokens;
  }
}
