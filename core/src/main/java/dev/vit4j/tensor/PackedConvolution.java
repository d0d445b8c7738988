package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/** A packed 2-D convolution. */
public final class PackedConvolution extends Packed {
  private final DType dtype;
  private final long stride;
  private final long padding;
  private final long dilation;
  private final long groups;

  private PackedConvolution(
      Tensor weight,
      @Nullable Tensor bias,
      DType dtype,
      long stride,
      long padding,
      long dilation,
      long groups) {
    super(weight, bias);
    this.dtype = dtype;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
  }

  /**
   * Creates a packed copy of a weight.
   *
   * @param weight [Cout, Cin / groups, kh, kw] on the CPU
   * @param bias [Cout], or none
   * @param stride pixels per step, both ways
   * @param padding zeros around the picture
   * @param dilation pixels from one element of the kernel to the next
   * @param groups number of groups of channels, each convolved on its own
   */
  public static PackedConvolution of(
      Tensor weight,
      @Nullable Tensor bias,
      long stride,
      long padding,
      long dilation,
      long groups,
      Precision precision) {
    DType dtype = dtype(precision);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor reordered =
          Boxed.op("mkldnn::_reorder_convolution_weight")
              .tensor(weight.detach().to(dtype).contiguous())
              .longs(padding, padding)
              .longs(stride, stride)
              .longs(dilation, dilation)
              .whole(groups)
              .none()
              .callForTensor();
      return new PackedConvolution(
          reordered,
          bias == null ? null : bias.detach().to(dtype).copy(),
          dtype,
          stride,
          padding,
          dilation,
          groups);
    }
  }

  /** [B, Cin, H, W] to [B, Cout, H', W'], channels-last in memory. */
  public Tensor apply(Tensor x) {
    return Boxed.op("mkldnn::_convolution_pointwise")
        .tensor(x.to(dtype).channelsLast())
        .tensor(weight)
        .tensor(bias)
        .longs(padding, padding)
        .longs(stride, stride)
        .longs(dilation, dilation)
        .whole(groups)
        .text("none")
        .longs()
        .text("")
        .callForTensor();
  }
}
