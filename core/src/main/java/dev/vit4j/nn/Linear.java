package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** y = x Wᵀ + b over the last dimension (PyTorch's {@code nn.Linear}). */
public final class Linear extends Module {
  private final Tensor weight; // [out, in]
  private final @Nullable Tensor bias; // [out]

  /** Weights and bias as the init gives linear layers. */
  public Linear(Init init, int in, int out, boolean bias) {
    this.weight = parameter("weight", init.linear(out, in));
    this.bias = bias ? parameter("bias", init.linearBias(out, in)) : null;
  }

  /** [..., in] to [..., out]. */
  @Override
  protected Tensor forward(Tensor x) {
    return Ops.linear(x, weight, bias);
  }

  /** The outputs {@code from} to {@code from + count} alone: [..., in] to [..., count]. */
  Tensor part(Tensor x, long from, long count) {
    return Ops.linear(
        x, weight.narrow(0, from, count), bias == null ? null : bias.narrow(0, from, count));
  }
}
