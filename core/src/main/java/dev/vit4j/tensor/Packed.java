package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A layer's weight in the memory layout of oneDNN's kernels, for inference on the CPU. Packing once
 * saves reordering at every call and enables fused kernels. Thread-safe.
 */
public abstract sealed class Packed implements AutoCloseable
    permits PackedLinear, PackedConvolution {
  /** Smaller products are faster without packing. */
  private static final long LEAST = 64;

  final Tensor weight; // opaque format, readable by oneDNN only
  final @Nullable Tensor bias; // [N]
  private final DType dtype;

  Packed(Tensor weight, @Nullable Tensor bias, DType dtype) {
    this.weight = Scope.own(weight);
    this.bias = bias == null ? null : Scope.own(bias);
    this.dtype = dtype;
  }

  /** The element type in which a product of this precision is computed. */
  static DType dtype(Precision precision) {
    return precision == Precision.BF16 ? DType.BF16 : DType.F32;
  }

  /** Converts the input to the type of the computation. */
  final Tensor input(Tensor x) {
    return x.to(dtype);
  }

  /**
   * Whether this machine's libtorch supports packing: it must have oneDNN, with support for the
   * type.
   */
  public static boolean isAvailable(Precision precision) {
    return Engine.hasOneDnn() && (precision == Precision.F32 || Engine.hasBf16Kernels());
  }

  /**
   * Whether packing makes a layer faster: in f32 large layers only; in bf16 all layers, since their
   * input may be f32.
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
