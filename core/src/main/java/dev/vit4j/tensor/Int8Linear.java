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
  private static final double LEAST_SCALE = 1e-12; // for channels of zeros

  // Inputs are stored as u8, which the kernels require, with an offset for zero.
  private static final long ZERO = 128;

  /**
   * Without VNNI, the processor adds two products of 8 bits to 16 bits and limits the sum. Inputs
   * of 6 bits and a sign, at an offset of 64, never reach the limit.
   */
  private static final long ZERO_WITHOUT_VNNI = 64;

  private static final TensorOptions U8 =
      new TensorOptions().dtype(new ScalarTypeOptional(ScalarType.Byte)).retainReference();

  private final Tensor scales; // [N], of the weight's rows
  private final Tensor zeros; // [N] i32, since the weight is symmetric
  private final long zero = Engine.hasVnni() ? ZERO : ZERO_WITHOUT_VNNI;
  private final double step = 1.0 / (zero - 1); // between two levels of a row from -1 to 1
  private final Boxed.Repeated product;

  private Int8Linear(Tensor weight, @Nullable Tensor bias, Tensor scales, Tensor zeros) {
    super(weight, bias);
    this.scales = Scope.own(scales);
    this.zeros = Scope.own(zeros);
    this.product = product();
  }

  /** Called in a scope of its own. */
  static Int8Linear quantize(Tensor weight, @Nullable Tensor bias) {
    Tensor w = weight.to(DType.F32).contiguous(); // [N, K]
    Tensor scales = new Tensor(largest(w.raw).mul(new Scalar(1.0 / WEIGHT_LEVELS))); // [N, 1]
    org.bytedeco.pytorch.Tensor whole =
        w.raw.div(scales.raw.clamp_min(new Scalar(LEAST_SCALE))).round().to(ScalarType.Char);
    Tensor packed =
        Boxed.op("onednn::qlinear_prepack").tensor(new Tensor(whole)).none().callForTensor();
    Tensor each = scales.reshape(w.size(0));
    Tensor zeros = new Tensor(torch.zeros(w.size(0)).to(ScalarType.Int));
    return new Int8Linear(packed, bias == null ? null : bias.to(DType.F32).copy(), each, zeros);
  }

  /** Returns the largest magnitude of each row: [R, 1]. */
  private static org.bytedeco.pytorch.Tensor largest(org.bytedeco.pytorch.Tensor rows) {
    return rows.abs().amax(new long[] {-1}, true);
  }

  @Override
  public Tensor apply(Tensor x) {
    long[] shape = x.shape();
    long k = shape[shape.length - 1];
    org.bytedeco.pytorch.Tensor rows = x.to(DType.F32).reshape(x.count() / k, k).raw; // [M, K]
    org.bytedeco.pytorch.Tensor largest = largest(rows); // [M, 1]
    // Rows of zeros become NaN here, any level below, and zero when their product is rescaled.
    org.bytedeco.pytorch.Tensor whole =
        torch.quantize_per_tensor(rows.mul(largest.reciprocal()), step, zero, ScalarType.QUInt8);
    try {
      Tensor y = product.call(bytes(whole, x.count() / k, k)); // [M, N]
      shape[shape.length - 1] = y.size(1);
      return rescaled(y, largest).reshape(shape);
    } finally {
      Reference.reachabilityFence(whole); // its memory is read until here
    }
  }

  /** Returns the integers of a quantized tensor without copying them: u8 [M, K]. */
  private static Tensor bytes(org.bytedeco.pytorch.Tensor quantized, long m, long k) {
    return new Tensor(
        torch.from_blob(new BytePointer(quantized.data_ptr()), new long[] {m, k}, U8));
  }

  private Boxed.Repeated product() {
    return Boxed.op("onednn::qlinear_pointwise")
        .none()
        .number(step) // a row's magnitude is applied afterwards
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
        .repeated();
  }

  private Tensor rescaled(Tensor y, org.bytedeco.pytorch.Tensor factors) {
    if (bias == null) {
      y.raw.mul_(factors);
    } else {
      torch.addcmul_out(y.raw, bias.raw, y.raw, factors);
    }
    return y;
  }

  @Override
  public Tensor applyGelu(Tensor x) {
    return Ops.gelu_(apply(x));
  }

  @Override
  public void close() {
    product.close();
    super.close();
    scales.close();
    zeros.close();
  }
}
