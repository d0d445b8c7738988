package dev.vit4j.nn;

import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.PackedLinear;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** y = x Wᵀ + b over the last dimension (PyTorch's {@code nn.Linear}). */
public final class Linear extends Module {
  private final Tensor weight; // [out, in]
  private final @Nullable Tensor bias; // [out]
  private @Nullable Tensor shift; // [out], of the folded norm; replaces the bias
  private @Nullable PackedLinear packed; // replaces the weight once packed

  /** Creates a layer initialized as {@code init} sets for linear layers. */
  public Linear(Init init, int in, int out, boolean bias) {
    this.weight = parameter("weight", init.linear(out, in));
    this.bias = bias ? parameter("bias", init.linearBias(out, in)) : null;
  }

  /**
   * Creates a layer with these initial values.
   *
   * @param weight [out, in]
   * @param bias [out]; null for none
   */
  public Linear(Tensor weight, @Nullable Tensor bias) {
    this.weight = parameter("weight", weight);
    this.bias = bias == null ? null : parameter("bias", bias);
  }

  /** [..., in] to [..., out]. */
  @Override
  protected Tensor forward(Tensor x) {
    return packed == null ? Ops.linear(x, weight, added()) : packed.apply(x);
  }

  /** Applies the layer and an activation function, fused where a fused kernel exists. */
  public Tensor apply(Tensor x, Activation activation) {
    boolean inOne = packed != null && activation == Activation.GELU && !Trace.isOn();
    return inOne ? packed.applyGelu(x) : activation.apply(apply(x));
  }

  /** Computes only the outputs {@code from} to {@code from + count}: [..., in] to [..., count]. */
  Tensor part(Tensor x, long from, long count) {
    if (packed != null) {
      return packed.apply(x).narrow(-1, from, count); // a packed weight cannot be sliced
    }
    Tensor b = added();
    return Ops.linear(
        x, weight.narrow(0, from, count), b == null ? null : b.narrow(0, from, count));
  }

  private @Nullable Tensor added() {
    return shift == null ? bias : shift;
  }

  /**
   * Folds the norm that follows this layer into it, for {@link #pack}. The norm becomes an
   * identity.
   */
  public void fold(BatchNorm2d norm) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor scale = norm.scale(); // [out]
      weight.mul_(scale.unsqueeze(1));
      Tensor moved = bias == null ? norm.shift() : norm.shift().add(bias.mul(scale));
      shift = Scope.own(moved);
    }
    norm.skip();
  }

  @Override
  protected void packOwn(Packing packing) {
    if (Packed.pays(weight, packing.precision())) {
      packed = replace(weight, PackedLinear.of(weight, added(), packing));
    }
  }
}
