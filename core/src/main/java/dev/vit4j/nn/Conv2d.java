package dev.vit4j.nn;

import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.PackedConvolution;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * 2-D convolution (PyTorch's {@code nn.Conv2d}). Activations and weights are stored channels-last,
 * which oneDNN reads without reordering; large weights are stored contiguously, which oneDNN
 * reorders faster. Logical shapes are not affected.
 */
public final class Conv2d extends Module {
  private static final long LARGE = 1_000_000;

  private final Tensor weight; // [out, in / groups, k, k]
  private final @Nullable Tensor bias; // [out]
  private final int stride;
  private final int padding;
  private final int dilation;
  private final int groups;
  private final boolean channelsLast;
  private @Nullable Tensor shift; // [out], of the folded norm
  private @Nullable PackedConvolution packed; // replaces the weight once packed

  /** Creates a layer without a bias, with weights drawn as in torchvision's ResNet. */
  public Conv2d(Init init, int in, int out, int kernel, int stride, int padding) {
    this(init.kaimingNormalFanOut(out, in, kernel, kernel), stride, padding);
  }

  /** The same with a dilated kernel: {@code dilation} pixels from one element to the next. */
  public Conv2d(Init init, int in, int out, int kernel, int stride, int padding, int dilation) {
    this(init, in, out, kernel, stride, padding, dilation, 1);
  }

  /**
   * The same in groups: every {@code out / groups} output channels read their own {@code in /
   * groups} input channels (ResNeXt, Xie et al. 2017).
   */
  public Conv2d(
      Init init, int in, int out, int kernel, int stride, int padding, int dilation, int groups) {
    this(
        init.kaimingNormalFanOut(out, in / groups, kernel, kernel),
        null,
        stride,
        padding,
        dilation,
        groups);
  }

  /**
   * Creates a layer without a bias.
   *
   * @param weight initial weights [out, in, k, k]
   */
  public Conv2d(Tensor weight, int stride, int padding) {
    this(weight, null, stride, padding);
  }

  /**
   * Creates a layer.
   *
   * @param weight initial weights [out, in, k, k]
   * @param bias initial bias [out], or null for none
   */
  public Conv2d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    this(weight, bias, stride, padding, 1, 1);
  }

  private Conv2d(
      Tensor weight, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    this.channelsLast = weight.count() < LARGE;
    this.weight = parameter("weight", channelsLast ? weight.channelsLast() : weight);
    this.bias = bias == null ? null : parameter("bias", bias);
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
  }

  /** Creates a 1 x 1 convolution with a bias, initialized as PyTorch does by default. */
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
    return Ops.conv2d(pixels, weight, bias, stride, padding, dilation, groups);
  }

  /**
   * Folds the norm that follows this convolution (without a bias) into it, for {@link #pack}. The
   * norm becomes an identity.
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
  protected void packOwn(Packing packing) {
    Tensor added = shift == null ? bias : shift;
    packed =
        replace(
            weight,
            PackedConvolution.of(
                weight, added, stride, padding, dilation, groups, packing.precision()));
    if (shift != null) {
      shift.close();
    }
  }
}
