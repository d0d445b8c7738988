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

  Packed(Tensor weight, @Nullable Tensor bias) {
    this.weight = Scope.own(weight);
    this.bias = bias == null ? null : Scope.own(bias);
  }

  /** The element type in which convolutions, and all that has no int8 kernel, are computed. */
  static DType dtype(Precision precision) {
    return precision == Precision.BF16 ? DType.BF16 : DType.F32;
  }

  /**
   * Whether this machine's libtorch supports packing: it must have oneDNN, with support for the
   * type.
   */
  public static boolean isAvailable(Precision precision) {
    return Engine.hasOneDnn()
        && switch (precision) {
          case F32 -> true;
          case BF16 -> Engine.hasBf16Kernels();
          case INT8 -> Engine.hasInt8Kernels();
        };
  }

  /**
   * Whether packing makes a layer faster: in f32 and int8 large layers only; in bf16 all layers,
   * since their input may be f32.
   *
   * @param weight [N, K, ...]
   */
  public static boolean pays(Tensor weight, Precision precision) {
    long outputs = weight.size(0);
    return precision == Precision.BF16 || (outputs >= LEAST && weight.count() / outputs >= LEAST);
  }

  @Override
  public void close() {
    weight.close();
    if (bias != null) {
      bias.close();
    }
  }
}
