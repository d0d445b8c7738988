package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A layer's weight in the order in which oneDNN's kernels read it, for inference on the CPU. Made
 * once, it spares every call the reordering, and lets a call do what follows the product. Any
 * number of threads may use it at once.
 */
public abstract sealed class Packed implements AutoCloseable
    permits PackedLinear, PackedConvolution {
  /** Smaller products are faster on the plain path. */
  private static final long LEAST = 64;

  final Tensor weight; // opaque: only oneDNN reads it
  final @Nullable Tensor bias; // [N]
  private final DType dtype;

  Packed(Tensor weight, @Nullable Tensor bias, DType dtype) {
    this.weight = Scope.own(weight);
    this.bias = bias == null ? null : Scope.own(bias);
    this.dtype = dtype;
  }

  /** The element type that a product of this precision is computed in. */
  static DType dtype(Precision precision) {
    return precision == Precision.BF16 ? DType.BF16 : DType.F32;
  }

  /** The input in the type that the product is computed in. */
  final Tensor input(Tensor x) {
    return x.to(dtype);
  }

  /** Whether this machine's libtorch can pack: oneDNN must be in it, and know the type. */
  public static boolean isAvailable(Precision precision) {
    return Engine.hasOneDnn() && (precision == Precision.F32 || Engine.hasBf16Kernels());
  }

  /**
   * Whether a layer gains from it: in f32 large ones; in bf16 all, as what comes to them may still
   * be f32.
   *
   * @param weight [N, K, ...]
   */
  public static boolean pays(Tensor weight, Precision precision) {
    long outputs = weight.size(0);
    return precision == Precision.BF16 || (outputs >= LEAST && weight.count() / outputs >= LEAST);
  }

  @Override
  public final void close() {
    weight.close();
    if (bias != null) {
      bias.close();
    }
  }
}
