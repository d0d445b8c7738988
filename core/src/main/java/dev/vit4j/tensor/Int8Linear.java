package dev.vit4j.tensor;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer whose products are computed in int8, on oneDNN's kernels: weights are quantized
 * once, symmetrically with one scale per output channel; inputs are quantized in every call,
 * symmetrically with one scale per row, so a row's result does not depend on the other rows. Sums
 * are exact in i32; inputs, bias and results are f32.
 */
final class Int8Linear extends PackedLinear {
  private static final int WEIGHT_LEVELS = 127;

  // Inputs are stored as u8, which the kernels require, with an offset for zero.
  private static final long ZERO = 128;

  /**
   * Without VNNI, the processor adds two products of 8 bits to 16 bits and limits the sum. Inputs
   * of 6 bits and a sign, at an offset of 64, never reach the limit.
   */
  private static final long ZERO_WITHOUT_VNNI = 64;

  private static final double LEAST_SCALE = 1e-12; // for rows of zeros

  private static final TensorOptions U8 =
      new TensorOptions().dtype(new ScalarTypeOptional(ScalarType.Byte)).retainReference();

  private final Tensor scales; // [N], of the weight's rows
  private final Tensor zeros; // [N] i32, since the weight is symmetric
  private final long zero = Engine.hasVnni() ? ZERO : ZERO_WITHOUT_VNNI;

  private Int8Linear(Tensor weight, @Nullable Tensor bias, Tensor scales, Tensor zeros) {
    super(weight, bias);
    this.scales = Scope.own(scales);
    this.zeros = Scope.own(zeros);
  }

  /** Called in a scope of its own. */
  static Int8Linear quantize(Tensor weight, @Nullable Tensor bias) {
    Tensor w = weight.to(DType.F32).contiguous(); // [N, K]
    Tensor scales = scales(w.raw, WEIGHT_LEVELS);
    org.bytedeco.pytorch.Tensor whole =
        w.raw.div(scales.raw).round().to(ScalarType.Char); // [N, K] s8
    Tensor packed =
        Boxed.op("onednn::qlinear_prepack").tensor(new Tensor(whole)).none().callForTensor();
    Tensor each = scales.reshape(w.size(0));
    Tensor zeros = new Tensor(torch.zeros(w.size(0)).to(ScalarType.Int));
    return new Int8Linear(packed, bias == null ? null : bias.to(DType.F32).copy(), each, zeros);
  }

  /**
   * Returns the scale of each row, so that its largest magnitude becomes {@code levels}: [R, 1].
   */
  private static Tensor scales(org.bytedeco.pytorch.Tensor rows, long levels) {
    org.bytedeco.pytorch.Tensor largest = rows.abs().amax(new long[] {-1}, true);
    return new Tensor(largest.mul(new Scalar(1.0 / levels)).clamp_min(new Scalar(LEAST_SCALE)));
  }

  @Override
  public Tensor apply(Tensor x) {
    long[] shape = x.shape();
    long k = shape[shape.length - 1];
    org.bytedeco.pytorch.Tensor rows = x.to(DType.F32).reshape(x.count() / k, k).raw; // [M, K]
    Tensor scale = scales(rows, zero - 1); // [M, 1]
    org.bytedeco.pytorch.Tensor whole =
        torch.quantize_per_tensor(rows.mul(scale.raw.reciprocal()), 1, zero, ScalarType.QUInt8);
    try {
      Tensor y = product(bytes(whole, x.count() / k, k)); // [M, N]
      shape[shape.length - 1] = y.size(1);
      return rescaled(y, scale).reshape(shape);
    } finally {
      Reference.reachabilityFence(whole); // its memory is read until here
    }
  }

  /** Returns the integers of a quantized tensor without copying them: u8 [M, K]. */
  private static Tensor bytes(org.bytedeco.pytorch.Tensor quantized, long m, long k) {
    return new Tensor(
        torch.from_blob(new BytePointer(quantized.data_ptr()), new long[] {m, k}, U8));
  }

  private Tensor product(Tensor input) {
    return Boxed.op("onednn::qlinear_pointwise")
        .tensor(input)
        .number(1) // the input's scales are applied afterwards
        .whole(zero)
        .tensor(weight)
        .tensor(scales)
        .tensor(zeros)
        .none()
        .number(1)
        .whole(0)
        .whole(ScalarType.Float.value)
        .text("none")
        .longs()
        .text("")
        .callForTensor();
  }

  private Tensor rescaled(Tensor y, Tensor scale) {
    y.raw.mul_(scale.raw);
    if (bias != null) {
      y.raw.add_(bias.raw);
    }
    return y;
  }

  @Override
  public Tensor applyGelu(Tensor x) {
    return Ops.gelu_(apply(x));
  }

  @Override
  public void close() {
    super.close();
    scales.close();
    zeros.close();
  }
}
