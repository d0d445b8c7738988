package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A packed linear layer. */
public abstract sealed class PackedLinear extends Packed
    permits FloatLinear, BlasLinear, Int8Linear {
  PackedLinear(Tensor weight, @Nullable Tensor bias) {
    super(weight, bias);
  }

  /**
   * Creates a packed copy of a weight.
   *
   * @param weight [N, K] on the CPU
   * @param bias [N], or null
   */
  public static PackedLinear of(Tensor weight, @Nullable Tensor bias, Packing packing) {
    if (packing.precision() == Precision.F32) {
      return of(
          weight,
          bias,
          packing.alone() ? Kernels.of(weight.size(0), weight.size(1)) : Kernels.Library.ONEDNN);
    }
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor w = weight.detach();
      Tensor b = bias == null ? null : bias.detach();
      return packing.precision() == Precision.INT8
          ? Int8Linear.quantize(w, b)
          : FloatLinear.reorder(w, b, DType.BF16);
    }
  }

  /** Creates a packed copy of a weight for f32 products by this library. */
  static PackedLinear of(Tensor weight, @Nullable Tensor bias, Kernels.Library library) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor w = weight.detach();
      Tensor b = bias == null ? null : bias.detach();
      return library == Kernels.Library.OPENBLAS
          ? new BlasLinear(w, b)
          : FloatLinear.reorder(w, b, DType.F32);
    }
  }

  /** x Wᵀ + b: [..., K] to [..., N]. */
  public abstract Tensor apply(Tensor x);

  /** gelu(x Wᵀ + b) with the exact GELU: [..., K] to [..., N]. */
  public abstract Tensor applyGelu(Tensor x);
}
