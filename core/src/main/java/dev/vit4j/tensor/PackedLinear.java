package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A packed linear layer. */
public final class PackedLinear extends Packed {
  private PackedLinear(Tensor weight, @Nullable Tensor bias, DType dtype) {
    super(weight, bias, dtype);
  }

  /**
   * Creates a packed copy of a weight.
   *
   * @param weight [N, K] on the CPU
   * @param bias [N], or null
   */
  public static PackedLinear of(Tensor weight, @Nullable Tensor bias, Precision precision) {
    DType dtype = dtype(precision);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor reordered =
          Boxed.op("mkldnn::_reorder_linear_weight")
              .tensor(weight.detach().to(dtype).contiguous())
              .none()
              .callForTensor();
      return new PackedLinear(
          reordered, bias == null ? null : bias.detach().to(dtype).copy(), dtype);
    }
  }

  /** x Wᵀ + b: [..., K] to [..., N]. */
  public Tensor apply(Tensor x) {
    return pointwise(x, "none", "");
  }

  /** gelu(x Wᵀ + b) with the exact GELU: [..., K] to [..., N]. */
  public Tensor applyGelu(Tensor x) {
    return pointwise(x, "gelu", "none");
  }

  private Tensor pointwise(Tensor x, String activation, String algorithm) {
    return Boxed.op("mkldnn::_linear_pointwise")
        .tensor(input(x))
        .tensor(weight)
        .tensor(bias)
        .text(activation)
        .longs()
        .text(algorithm)
        .callForTensor();
  }
}
