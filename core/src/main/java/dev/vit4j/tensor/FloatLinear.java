package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A linear layer in f32 or bf16 on oneDNN's kernels. */
final class FloatLinear extends PackedLinear {
  private final DType dtype;

  private FloatLinear(Tensor weight, @Nullable Tensor bias, DType dtype) {
    super(weight, bias);
    this.dtype = dtype;
  }

  /** Called in a scope of its own. */
  static FloatLinear reorder(Tensor weight, @Nullable Tensor bias, DType dtype) {
    Tensor reordered =
        Boxed.op("mkldnn::_reorder_linear_weight")
            .tensor(weight.to(dtype).contiguous())
            .none()
            .callForTensor();
    return new FloatLinear(reordered, bias == null ? null : bias.to(dtype).copy(), dtype);
  }

  @Override
  public Tensor apply(Tensor x) {
    return pointwise(x, "none", "");
  }

  @Override
  public Tensor applyGelu(Tensor x) {
    return pointwise(x, "gelu", "none");
  }

  private Tensor pointwise(Tensor x, String activation, String algorithm) {
    return Boxed.op("mkldnn::_linear_pointwise")
        .tensor(x.to(dtype))
        .tensor(weight)
        .tensor(bias)
        .text(activation)
        .longs()
        .text(algorithm)
        .callForTensor();
  }
}
