package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A linear layer in f32 or bf16 on oneDNN's kernels. */
final class FloatLinear extends PackedLinear {
  private final DType dtype;
  private final Boxed.Repeated plain;
  private final Boxed.@Nullable Repeated gelu; // null: not fused

  private FloatLinear(Tensor weight, @Nullable Tensor bias, DType dtype) {
    super(weight, bias);
    this.dtype = dtype;
    this.plain = pointwise("none", "");
    // In f32 without AVX-512, oneDNN's GELU is slower than libtorch's.
    boolean fuses = dtype == DType.BF16 || Engine.cpuCapability().equals("AVX512");
    this.gelu = fuses ? pointwise("gelu", "none") : null;
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

  private Boxed.Repeated pointwise(String activation, String algorithm) {
    return Boxed.op("mkldnn::_linear_pointwise")
        .none()
        .tensor(weight)
        .tensor(bias)
        .text(activation)
        .longs()
        .text(algorithm)
        .repeated();
  }

  @Override
  public Tensor apply(Tensor x) {
    return plain.call(x.to(dtype));
  }

  @Override
  public Tensor applyGelu(Tensor x) {
    return gelu == null ? Ops.gelu_(apply(x)) : gelu.call(x.to(dtype));
  }

  @Override
  public void close() {
    plain.close();
    if (gelu != null) {
      gelu.close();
    }
    super.close();
  }
}
