package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.PackedLinear;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Splits an image into patches and projects each to a token (Dosovitskiy et al. 2021, eq. 1; timm's
 * {@code PatchEmbed}). A convolution whose stride equals its kernel is computed as a matrix product
 * over patches; the weight has the convolution's shape.
 */
public final class PatchEmbed extends Module {
  /** The projection, named {@code proj} as in timm; its input is already split into patches. */
  private static final class Projection extends Module {
    private final Tensor weight; // [D, C, p, p]
    private final @Nullable Tensor bias; // [D]
    private @Nullable PackedLinear packed;

    Projection(Tensor weight, @Nullable Tensor bias) {
      this.weight = parameter("weight", weight);
      this.bias = bias == null ? null : parameter("bias", bias);
    }

    /** [B, N, C p p] to [B, N, D]. */
    @Override
    protected Tensor forward(Tensor patches) {
      return packed == null
          ? Ops.linear(patches, weight.flatten(1, 3), bias)
          : packed.apply(patches);
    }

    @Override
    protected void packOwn(Packing packing) {
      if (Packed.pays(weight, packing.precision())) {
        packed = replace(weight, PackedLinear.of(weight.flatten(1, 3), bias, packing));
      }
    }
  }

  private final Projection proj;
  private final int patchHeight;
  private final int patchWidth;

  /**
   * Creates a projection of patches of {@code channels} x height x width numbers to {@code dim}.
   */
  public PatchEmbed(
      Init init, int channels, int dim, int patchHeight, int patchWidth, boolean bias) {
    this(
        init.uniform(
            bound(channels, patchHeight, patchWidth), dim, channels, patchHeight, patchWidth),
        bias ? init.uniform(bound(channels, patchHeight, patchWidth), dim) : null);
  }

  /**
   * Creates a projection with these initial values.
   *
   * @param weight [D, C, p, p]
   * @param bias [D]; null for none
   */
  public PatchEmbed(Tensor weight, @Nullable Tensor bias) {
    this("proj", weight, bias);
  }

  /** Creates a projection of square patches whose parameters have another name than timm's. */
  public PatchEmbed(String name, Init init, int channels, int dim, int patchSize, boolean bias) {
    this(
        name,
        init.uniform(bound(channels, patchSize, patchSize), dim, channels, patchSize, patchSize),
        bias ? init.uniform(bound(channels, patchSize, patchSize), dim) : null);
  }

  private PatchEmbed(String name, Tensor weight, @Nullable Tensor bias) {
    this.proj = child(name, new Projection(weight, bias));
    this.patchHeight = (int) weight.size(2);
    this.patchWidth = (int) weight.size(3);
  }

  /** The bound of PyTorch's default for Conv2d. */
  private static double bound(int channels, int patchHeight, int patchWidth) {
    return 1 / Math.sqrt((double) channels * patchHeight * patchWidth);
  }

  /**
   * [B, C, H, W] to [B, N, D] with N = (H / p) (W / p), row by row; incomplete patches at the right
   * and bottom edges are ignored.
   */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor patches = patchify(x); // [B, N, C p p]
    Trace.record("patches", patches);
    Tensor tokens = proj.apply(patches); // [B, N, D]
    if (Trace.isOn()) {
      recordGrid(tokens, x.size(2) / patchHeight);
    }
    return tokens;
  }

  /** Records what a convolution would output: the tokens as a grid [B, D, h, w], and flattened. */
  private static void recordGrid(Tensor tokens, long rows) {
    long b = tokens.size(0);
    Tensor flat = tokens.transpose(1, 2); // [B, D, N]
    Trace.record("patch_embed.grid", flat.reshape(b, flat.size(1), rows, flat.size(2) / rows));
    Trace.record("patch_embed.flat", flat);
  }

  /** [B, C, H, W] to [B, N, C p p]: channel by channel, row by row within a patch. */
  private Tensor patchify(Tensor x) {
    long b = x.size(0);
    long c = x.size(1);
    long rows = x.size(2) / patchHeight;
    long columns = x.size(3) / patchWidth;
    return whole(x, rows * patchHeight, columns * patchWidth)
        .reshape(b, c, rows, patchHeight, columns, patchWidth)
        .permute(0, 2, 4, 1, 3, 5) // [B, rows, columns, C, p, p]
        .reshape(b, rows * columns, c * patchHeight * patchWidth);
  }

  private static Tensor whole(Tensor x, long height, long width) {
    boolean divides = x.size(2) == height && x.size(3) == width;
    return divides ? x : x.narrow(2, 0, height).narrow(3, 0, width);
  }
}
