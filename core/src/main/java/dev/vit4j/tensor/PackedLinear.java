package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A packed linear layer. */
public abstract sealed class PackedLinear extends Packed permits FloatLinear, Int8Linear {
  PackedLinear(Tensor weight, @Nullable Tensor bias) {
    super(weight, bias);
  }

  /**
   * Creates a packed copy of a weight.
   *
   * @param weight [N, K] on the CPU
   * @param bias [N], or null
   */
  public static PackedLinear of(Tensor weight, @Nullable Tensor bias, Precision precision) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor w = weight.detach();
      Tensor b = bias == null ? null : bias.detach();
      return precision == Precision.INT8
          ? Int8Linear.quantize(w, b)
          : FloatLinear.reorder(w, b, dtype(precision));
    }
  }

  /** x Wᵀ + b: [..., K] to [..., N]. */
  public abstract Tensor apply(Tensor x);

  /** gelu(x Wᵀ + b) with the exact GELU: [..., K] to [..., N]. */
  public abstract Tensor applyGelu(Tensor x);
}
