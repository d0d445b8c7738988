package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.PackedLinear;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** y = x Wᵀ + b over the last dimension (PyTorch's {@code nn.Linear}). */
public final class Linear extends Module {
  private final Tensor weight; // [out, in]
  private final @Nullable Tensor bias; // [out]
  private @Nullable PackedLinear packed; // in the weight's place once the module is packed

  /** Weights and bias as the init gives linear layers. */
  public Linear(Init init, int in, int out, boolean bias) {
    this.weight = parameter("weight", init.linear(out, in));
    this.bias = bias ? parameter("bias", init.linearBias(out, in)) : null;
  }

  /**
   * A layer with these first values.
   *
   * @param weight [out, in]
   * @param bias [out]
   */
  public Linear(Tensor weight, Tensor bias) {
    this.weight = parameter("weight", weight);
    this.bias = parameter("bias", bias);
  }

  /** [..., in] to [..., out]. */
  @Override
  protected Tensor forward(Tensor x) {
    return packed == null ? Ops.linear(x, weight, bias) : packed.apply(x);
  }

  /** An activation function of what {@link #apply} gives, in one call where there is one. */
  public Tensor apply(Tensor x, Activation activation) {
    boolean inOne = packed != null && activation == Activation.GELU && !Trace.isOn();
    return inOne ? packed.applyGelu(x) : activation.apply(apply(x));
  }

  /** The outputs {@code from} to {@code from + count} alone: [..., in] to [..., count]. */
  Tensor part(Tensor x, long from, long count) {
    if (packed != null) {
      return packed.apply(x).narrow(-1, from, count); // what is packed cannot be cut
    }
    return Ops.linear(
        x, weight.narrow(0, from, count), bias == null ? null : bias.narrow(0, from, count));
  }

  @Override
  protected void packOwn(Precision precision) {
    if (Packed.pays(weight, precision)) {
      packed = replace(weight, PackedLinear.of(weight, bias, precision));
    }
  }
}
