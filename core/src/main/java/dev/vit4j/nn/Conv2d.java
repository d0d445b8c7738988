package dev.vit4j.nn;

import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.PackedConvolution;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
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
  private final int dilation;
  private final boolean channelsLast;
  private @Nullable Tensor shift; // [out], of a norm that was folded in
  private @Nullable PackedConvolution packed; // in the weight's place once the module is packed

  /** Weights drawn as torchvision's ResNet draws them, and no bias. */
  public Conv2d(Init init, int in, int out, int kernel, int stride, int padding) {
    this(init.kaimingNormalFanOut(out, in, kernel, kernel), stride, padding);
  }

  /** The same with a dilated kernel: {@code dilation} pixels from one element to the next. */
  public Conv2d(Init init, int in, int out, int kernel, int stride, int padding, int dilation) {
    this(init.kaimingNormalFanOut(out, in, kernel, kernel), null, stride, padding, dilation);
  }

  /**
   * A convolution without a bias.
   *
   * @param weight its first weights [out, in, k, k]
   */
  public Conv2d(Tensor weight, int stride, int padding) {
    this(weight, null, stride, padding);
  }

  /**
   * A convolution.
   *
   * @param weight its first weights [out, in, k, k]
   * @param bias its first bias [out], or null for none
   */
  public Conv2d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    this(weight, bias, stride, padding, 1);
  }

  private Conv2d(Tensor weight, @Nullable Tensor bias, int stride, int padding, int dilation) {
    this.channelsLast = weight.count() < LARGE;
    this.weight = parameter("weight", channelsLast ? weight.channelsLast() : weight);
    this.bias = bias == null ? null : parameter("bias", bias);
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
  }

  /** A 1 x 1 convolution with a bias, drawn as PyTorch's default draws it. */
  public static Conv2d pointwise(Init init, int in, int out) {
    double bound = 1 / Math.sqrt(in);
    return new Conv2d(init.uniform(bound, out, in, 1, 1), init.uniform(bound, out), 1, 0);
  }

  /** [B, in, H, W] to [B, out, (H + 2 padding - dilation (k - 1) - 1) / stride + 1, …]. */
  @Override
  protected Tensor forward(Tensor x) {
    if (packed != null) {
      return packed.apply(x);
    }
    Tensor pixels = channelsLast ? x.channelsLast() : x.contiguous(); // no copy if it is so
    return Ops.conv2d(pixels, weight, bias, stride, padding, dilation);
  }

  /**
   * Takes over the norm that follows a convolution without a bias, for {@link #pack}: the norm does
   * nothing from then on.
   */
  public void fold(BatchNorm2d norm) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      weight.mul_(norm.scale().reshape(-1, 1, 1, 1));
      shift = Scope.own(norm.shift());
    }
    norm.skip();
  }

  @Override
  protected void packOwn(Precision precision) {
    Tensor added = shift == null ? bias : shift;
    packed =
        replace(weight, PackedConvolution.of(weight, added, stride, padding, dilation, precision));
    if (shift != null) {
      shift.close();
    }
  }
}
