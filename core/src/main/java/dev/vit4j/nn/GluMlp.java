package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An MLP with a gate: act(a) b, where a and b are the halves of the hidden layer (Shazeer 2020,
 * arXiv 2002.05202; timm's {@code SwiGLUPacked}, whose activation is SiLU).
 */
final class GluMlp extends Module {
  private final Linear fc1; // [D -> hidden], both halves
  private final Activation act;
  private final Dropout drop;
  private final Linear fc2; // [hidden / 2 -> D]
  private final int half;

  /** Creates the MLP of an encoder block, initialized as in timm: b is 1 at first. */
  GluMlp(EncoderBlock.Inits inits, EncoderBlock.Config c) {
    EncoderBlock.Names names = c.names();
    this.half = c.hidden() / 2;
    Init init = inits.fc1();
    Tensor weight = Ops.cat(0, init.linear(half, c.dim()), init.normal(1e-6, half, c.dim()));
    @Nullable Tensor bias = c.projBias() ? Ops.cat(0, init.zeros(half), init.ones(half)) : null;
    this.fc1 = child(names.fc1(), new Linear(weight, bias));
    this.act = c.act();
    this.drop = child("drop", new Dropout(c.projDropRate()));
    this.fc2 = child(names.fc2(), new Linear(inits.fc2(), half, c.dim(), c.projBias()));
  }

  /** [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor both = fc1.apply(x); // [B, N, hidden]
    Tensor gate = act.apply(both.narrow(-1, 0, half));
    return drop.apply(fc2.apply(drop.apply(gate.mul(both.narrow(-1, half, half)))));
  }
}
