package dev.vit4j.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Operations on feature maps [B, C, H, W]: pooling, resizing, padding. */
public final class ImageOps {
  private ImageOps() {}

  /**
   * Maximum over each window (PyTorch's {@code max_pool2d}).
   *
   * @param x [B, C, H, W]
   * @return [B, C, (H + 2 padding - kernel) / stride + 1, …]
   */
  public static Tensor maxPool2d(Tensor x, long kernel, long stride, long padding) {
    return new Tensor(
        torch.max_pool2d(
            x.raw,
            new long[] {kernel, kernel},
            new long[] {stride, stride},
            new long[] {padding, padding},
            new long[] {1, 1},
            false));
  }

  /**
   * Mean over windows that do not overlap (PyTorch's {@code avg_pool2d}).
   *
   * @param x [B, C, H, W]
   * @return [B, C, H / size, W / size], rounded down
   */
  public static Tensor avgPool2d(Tensor x, long size) {
    return new Tensor(torch.avg_pool2d(x.raw, new long[] {size, size}));
  }

  /**
   * Resizes images by bilinear interpolation (PyTorch's {@code interpolate} with {@code
   * align_corners=False}, without antialias).
   *
   * @param x [B, C, H, W]
   * @return [B, C, height, width]
   */
  public static Tensor resizeBilinear(Tensor x, long height, long width) {
    return new Tensor(torch.upsample_bilinear2d(x.raw, new long[] {height, width}, false));
  }

  /** Pads with zero channels, half of them in front: [B, C, H, W] to [B, C + count, H, W]. */
  public static Tensor padChannels(Tensor x, long count) {
    return new Tensor(
        torch.constant_pad_nd(
            x.raw, new long[] {0, 0, 0, 0, count / 2, count - count / 2}, new Scalar(0.0)));
  }
}
