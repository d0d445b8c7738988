package dev.vit4j.tensor;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Operations on images and feature maps [B, C, H, W]: pooling, resizing, padding, patches. */
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
   * Mean over windows of 2x2 pixels that do not overlap; those at the end of an odd side have one
   * row or column (PyTorch's {@code avg_pool2d} with {@code ceil_mode} and without {@code
   * count_include_pad}).
   *
   * @param x [B, C, H, W]
   * @return [B, C, H / 2, W / 2], rounded up
   */
  public static Tensor halve(Tensor x) {
    return new Tensor(
        torch.avg_pool2d(
            x.raw,
            new long[] {2, 2},
            new long[] {2, 2},
            new long[] {0, 0},
            true,
            false,
            new LongOptional()));
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

  /**
   * Convolves every channel with its own kernel (PyTorch's {@code conv2d} with as many groups as
   * channels), without a bias.
   *
   * @param x [B, C, H, W]
   * @param weight [C, 1, kh, kw]
   * @param stride pixels per step, both ways
   * @param padding zeros around the image
   * @return [B, C, H', W']
   */
  public static Tensor depthwiseConv2d(Tensor x, Tensor weight, long stride, long padding) {
    Tensor y =
        x.raw.is_meta()
            ? Tensor.empty(
                DType.F32,
                Device.META, // libtorch has no shape inference for this operator
                x.size(0),
                x.size(1),
                (x.size(2) + 2 * padding - weight.size(2)) / stride + 1,
                (x.size(3) + 2 * padding - weight.size(3)) / stride + 1)
            : new Tensor(
                torch.conv2d(
                    x.raw,
                    weight.raw,
                    new TensorOptional(),
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    new long[] {1, 1},
                    x.size(1)));
    MacCounter.add(y.count() * weight.size(2) * weight.size(3));
    return y;
  }

  /** Pads with zero channels, half of them in front: [B, C, H, W] to [B, C + count, H, W]. */
  public static Tensor padChannels(Tensor x, long count) {
    return new Tensor(
        torch.constant_pad_nd(
            x.raw, new long[] {0, 0, 0, 0, count / 2, count - count / 2}, new Scalar(0.0)));
  }

  /**
   * Splits images into patches that do not overlap, row by row (PyTorch's {@code x.unfold(2, p,
   * p).unfold(3, q, q)}, flattened and permuted).
   *
   * @param images [B, C, H, W] of any element type
   * @param patchHeight p, a divisor of H
   * @param patchWidth q, a divisor of W
   * @return [B, N, C, p, q] with N = (H / p) (W / q); patch i is in row i / (W / q) of the grid and
   *     in column i mod (W / q)
   * @throws IllegalArgumentException if the size of the images is not divisible by that of the
   *     patches
   */
  public static Tensor patchify(Tensor images, int patchHeight, int patchWidth) {
    if (images.dim() != 4) {
      throw new IllegalArgumentException("patches are of images [B, C, H, W], not of " + images);
    }
    long b = images.size(0);
    long c = images.size(1);
    long height = images.size(2);
    long width = images.size(3);
    if (patchHeight < 1 || patchWidth < 1 || height % patchHeight != 0 || width % patchWidth != 0) {
      throw new IllegalArgumentException(
          "images of %d x %d pixels do not divide into patches of %d x %d"
              .formatted(height, width, patchHeight, patchWidth));
    }
    long rows = height / patchHeight;
    long columns = width / patchWidth;
    return images
        .reshape(b, c, rows, patchHeight, columns, patchWidth)
        .permute(0, 2, 4, 1, 3, 5) // [B, rows, columns, C, p, q]
        .reshape(b, rows * columns, c, patchHeight, patchWidth);
  }

  /**
   * Joins patches to images: the inverse of {@link #patchify}.
   *
   * @param patches [B, N, C, p, q] of any element type, row by row
   * @param rows rows of the grid
   * @param columns columns of the grid; rows x columns is N
   * @return [B, C, rows p, columns q]
   * @throws IllegalArgumentException if N is not rows x columns
   */
  public static Tensor unpatchify(Tensor patches, int rows, int columns) {
    if (patches.dim() != 5) {
      throw new IllegalArgumentException("patches are [B, N, C, p, q], not " + patches);
    }
    if (rows < 1 || columns < 1 || patches.size(1) != (long) rows * columns) {
      throw new IllegalArgumentException(
          "%d patches do not fill a grid of %d x %d".formatted(patches.size(1), rows, columns));
    }
    long c = patches.size(2);
    long p = patches.size(3);
    long q = patches.size(4);
    return patches
        .reshape(patches.size(0), rows, columns, c, p, q)
        .permute(0, 3, 1, 4, 2, 5) // [B, C, rows, p, columns, q]
        .reshape(patches.size(0), c, rows * p, columns * q);
  }
}
