package dev.vit4j.model.beit;

import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A gated MLP (Shazeer 2020, arXiv 2002.05202, SwiGLU): fc2(silu(g) x), with g and x linear in the
 * input. With a norm of the hidden units, g and x have a layer each (timm's {@code SwiGLU}),
 * without one a joined layer (timm's {@code SwiGLUPacked}).
 */
final class GatedMlp extends Module {
  private final @Nullable Linear fc1; // [D -> 2 hidden], gate first
  private final @Nullable Linear gate; // [D -> hidden]
  private final @Nullable Linear value; // [D -> hidden]
  private final @Nullable LayerNorm norm;
  private final Linear fc2; // [hidden -> D]
  private final Dropout drop;
  private final int hidden;

  GatedMlp(Init init, BeitConfig c) {
    int dim = c.embedDim();
    this.hidden = c.hiddenDim();
    boolean normed = c.eva().scaleMlp();
    this.fc1 = normed ? null : child("fc1", new Linear(init, dim, 2 * hidden, true));
    this.gate = normed ? child("fc1_g", new Linear(init, dim, hidden, true)) : null;
    this.value = normed ? child("fc1_x", new Linear(init, dim, hidden, true)) : null;
    this.norm = normed ? child("norm", new LayerNorm(init, hidden, c.normEps())) : null;
    this.fc2 = child("fc2", new Linear(init, hidden, dim, true));
    this.drop = child("drop", new Dropout(c.projDropRate()));
  }

  /** [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor h;
    if (fc1 != null) {
      Tensor[] both = fc1.apply(x).split(hidden, 2);
      h = gated(both[0], both[1]);
    } else {
      h = gated(Objects.requireNonNull(gate).apply(x), Objects.requireNonNull(value).apply(x));
    }
    Tensor dropped = drop.apply(h); // [B, N, hidden]
    return drop.apply(fc2.apply(norm == null ? dropped : norm.apply(dropped)));
  }

  private static Tensor gated(Tensor gate, Tensor value) {
    return Ops.silu(gate).mul(value);
  }
}
