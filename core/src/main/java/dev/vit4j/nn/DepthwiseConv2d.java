package dev.vit4j.nn;

import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Tensor;

/**
 * 2-D convolution of every channel with its own kernel, without a bias (PyTorch's {@code nn.Conv2d}
 * with {@code groups} equal to the channels). The kernels repeat for images with a multiple of
 * their number of channels, such as the heads of an attention.
 */
public final class DepthwiseConv2d extends Module {
  private final Tensor weight; // [C, 1, k, k]
  private final int stride;

  /** Creates a layer of C channels with PyTorch's default weights; it pads with k / 2 zeros. */
  public DepthwiseConv2d(Init init, int channels, int kernel, int stride) {
    this.weight = parameter("weight", init.uniform(1.0 / kernel, channels, 1, kernel, kernel));
    this.stride = stride;
  }

  /** [B, n C, H, W] to [B, n C, (H - 1) / stride + 1, (W - 1) / stride + 1], channels-last. */
  @Override
  protected Tensor forward(Tensor x) {
    long channels = weight.size(0);
    long kernel = weight.size(2);
    long repeats = x.size(1) / channels;
    Tensor kernels = weight.unsqueeze(0).expand(repeats, channels, 1, kernel, kernel).flatten(0, 1);
    return ImageOps.depthwiseConv2d(x.channelsLast(), kernels, stride, kernel / 2);
  }
}
