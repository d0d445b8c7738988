package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** 2-D convolution (PyTorch's {@code nn.Conv2d}). */
public final class Conv2d extends Module {
  private final Tensor weight; // [out, in, k, k]
  private final @Nullable Tensor bias; // [out]
  private final int stride;
  private final int padding;

  /** Weights drawn as torchvision's ResNet draws them; a zero bias if there is one. */
  public Conv2d(Init init, int in, int out, int kernel, int stride, int padding, boolean bias) {
    this.weight = parameter("weight", init.kaimingNormalFanOut(out, in, kernel, kernel));
    this.bias = bias ? parameter("bias", init.zeros(out)) : null;
    this.stride = stride;
    this.padding = padding;
  }

  /** [B, in, H, W] to [B, out, (H + 2 padding - k) / stride + 1, …]. */
  @Override
  protected Tensor forward(Tensor x) {
    return Ops.conv2d(x, weight, bias, stride, padding);
  }
}
