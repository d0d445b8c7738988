package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * 2-D convolution (PyTorch's {@code nn.Conv2d}). Pixels and weights lie in channels-last order,
 * which oneDNN reads as it is, so that only small things are copied between layers; large weights
 * lie in the plain order, from which oneDNN's copies are faster. Shapes and values know nothing of
 * this.
 */
public final class Conv2d extends Module {
  private static final long LARGE = 1_000_000;

  private final Tensor weight; // [out, in, k, k]
  private final @Nullable Tensor bias; // [out]
  private final int stride;
  private final int padding;
  private final boolean channelsLast;

  /** Weights drawn as torchvision's ResNet draws them; a zero bias if there is one. */
  public Conv2d(Init init, int in, int out, int kernel, int stride, int padding, boolean bias) {
    Tensor drawn = init.kaimingNormalFanOut(out, in, kernel, kernel);
    this.channelsLast = drawn.count() < LARGE;
    this.weight = parameter("weight", channelsLast ? drawn.channelsLast() : drawn);
    this.bias = bias ? parameter("bias", init.zeros(out)) : null;
    this.stride = stride;
    this.padding = padding;
  }

  /** [B, in, H, W] to [B, out, (H + 2 padding - k) / stride + 1, …]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor pixels = channelsLast ? x.channelsLast() : x.contiguous(); // no copy if it is so
    return Ops.conv2d(pixels, weight, bias, stride, padding);
  }
}
