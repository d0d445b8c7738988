package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A linear layer in f32 or bf16 on oneDNN's kernels. */
final class FloatLinear extends PackedLinear {
  private final DType dtype;
  private final boolean fusesGelu; // oneDNN's GELU in f32 without AVX-512 is slower than libtorch's

  private FloatLinear(Tensor weight, @Nullable Tensor bias, DType dtype) {
    super(weight, bias);
    this.dtype = dtype;
    this.fusesGelu = dtype == DType.BF16 || Engine.cpuCapability().equals("AVX512");
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
    return fusesGelu ? pointwise(x, "gelu", "none") : Ops.gelu_(apply(x));
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
