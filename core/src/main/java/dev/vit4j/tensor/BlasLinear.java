package dev.vit4j.tensor;

import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** A linear layer in f32 on OpenBLAS, whose weight stays as it is. One thread computes. */
final class BlasLinear extends PackedLinear {
  BlasLinear(Tensor weight, @Nullable Tensor bias) {
    super(weight.to(DType.F32).copy(), bias == null ? null : bias.to(DType.F32).copy());
  }

  @Override
  public Tensor apply(Tensor x) {
    return new Tensor(torch.linear(x.to(DType.F32).raw, weight.raw, Ops.optional(bias)));
  }

  @Override
  public Tensor applyGelu(Tensor x) {
    return Ops.gelu_(apply(x));
  }
}
