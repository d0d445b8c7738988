package dev.vit4j.tensor;

import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Operations of neural networks on tensors, with PyTorch's semantics. */
public final class Ops {
  /** Products at least this wide and deep are faster on oneDNN than on OpenBLAS. */
  private static final long ONEDNN_MIN = 64;

  // How libtorch numbers the mean among the reductions of a loss, and the label that it leaves out.
  private static final long MEAN = 1;
  private static final long SUM = 2;
  private static final long IGNORED = -100;

  /**
   * Of other numbers of channels, oneDNN's AVX2 kernel for the weight gradient of a 1x1 convolution
   * with a stride writes beyond its memory; the same pixels are then picked before.
   */
  private static final long ONEDNN_CHANNELS = 8;

  /** libtorch gives 1x1 convolutions of fewer pictures to BLAS when it has one thread. */
  private static final long ONEDNN_PICTURES = 16;

  /**
   * On AVX2 oneDNN takes three times as long for the gradient of a weight as for the product, and
   * OpenBLAS is as fast at either.
   */
  private static final boolean ONEDNN_PAYS;

  static {
    Native.load();
    ONEDNN_PAYS = !Engine.cpuCapability().equals("AVX2");
  }

  private Ops() {}

  /** x Wᵀ + b. {@code x} [..., K], {@code weight} [N, K], {@code bias} [N] or none; [..., N]. */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    long n = weight.size(0);
    long k = weight.size(1);
    long m = x.count() / k;
    MacCounter.add(m * n * k);
    if (ONEDNN_PAYS && m > 0 && n >= ONEDNN_MIN && k >= ONEDNN_MIN && isPlainCpu(x)) {
      return linearAsConvolution(x, weight, bias, m);
    }
    return new Tensor(torch.linear(x.raw, weight.raw, optional(bias)));
  }

  /**
   * A linear layer as a 1x1 convolution over pixels in channels-last order, which needs no copy:
   * oneDNN runs those forward and backward faster than BLAS does the plain matrix product.
   */
  private static Tensor linearAsConvolution(
      Tensor x, Tensor weight, @Nullable Tensor bias, long m) {
    long n = weight.size(0);
    long k = weight.size(1);
    long b = pictures(x, m);
    Tensor pixels = x.reshape(b, m / b, 1, k).permute(0, 3, 1, 2); // [b, K, M / b, 1]
    org.bytedeco.pytorch.Tensor y =
        torch.conv2d(
            pixels.raw,
            weight.raw.view(n, k, 1, 1),
            optional(bias),
            new long[] {1, 1},
            new long[] {0, 0},
            new long[] {1, 1},
            1);
    long[] shape = x.shape();
    shape[shape.length - 1] = n;
    return new Tensor(y).permute(0, 2, 3, 1).reshape(shape);
  }

  /** Into how many pictures the m rows of x are laid out; it divides m. */
  private static long pictures(Tensor x, long m) {
    long first = x.dim() > 1 ? x.size(0) : 1;
    if (first >= ONEDNN_PICTURES || m < ONEDNN_PICTURES) {
      return first;
    }
    return m % ONEDNN_PICTURES == 0 ? ONEDNN_PICTURES : m;
  }

  private static boolean isPlainCpu(Tensor x) {
    return x.raw.is_cpu()
        && x.raw.scalar_type().intern() == ScalarType.Float
        && !torch.is_autocast_enabled(torch.DeviceType.CPU);
  }

  /** Matrix product over the last two dimensions, the others broadcast. */
  public static Tensor matmul(Tensor a, Tensor b) {
    Tensor y = new Tensor(a.raw.matmul(b.raw));
    MacCounter.add(y.count() * a.size(-1));
    return y;
  }

  /**
   * 2-D cross-correlation.
   *
   * @param x [B, Cin, H, W]
   * @param weight [Cout, Cin, kh, kw]
   * @param stride pixels per step, both ways
   * @param padding zeros around the picture
   * @param dilation pixels from one element of the kernel to the next, 1 for neighbors
   * @return [B, Cout, H', W']
   */
  public static Tensor conv2d(
      Tensor x, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation) {
    boolean onePixel = weight.size(2) == 1 && weight.size(3) == 1;
    if (onePixel && stride > 1 && padding == 0 && x.size(1) % ONEDNN_CHANNELS != 0) {
      return conv2d(x.every(2, stride).every(3, stride), weight, bias, 1, 0, 1);
    }
    Tensor y =
        x.raw.is_meta()
            ? Tensor.empty(
                DType.F32,
                Device.META, // libtorch alone knows no shape rule for it
                x.size(0),
                weight.size(0),
                (x.size(2) + 2 * padding - dilation * (weight.size(2) - 1) - 1) / stride + 1,
                (x.size(3) + 2 * padding - dilation * (weight.size(3) - 1) - 1) / stride + 1)
            : new Tensor(
                torch.conv2d(
                    x.raw,
                    weight.raw,
                    optional(bias),
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    new long[] {dilation, dilation},
                    1));
    MacCounter.add(y.count() * weight.count() / weight.size(0));
    return y;
  }

  /** Layer normalisation over the last dimension, of size {@code weight.count()}. */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double eps) {
    if (x.raw.is_meta()) {
      return new Tensor(torch.empty_like(x.raw)); // libtorch alone knows no shape rule for it
    }
    return new Tensor(
        torch.layer_norm(
            x.raw,
            new long[] {weight.count()},
            new TensorOptional(weight.raw),
            new TensorOptional(bias.raw),
            eps,
            true));
  }

  /**
   * Batch normalisation of [B, C, ...]: by the batch's statistics, which move the running ones, if
   * {@code training}, else by the running ones.
   */
  public static Tensor batchNorm(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor runningMean,
      Tensor runningVar,
      boolean training,
      double momentum,
      double eps) {
    if (x.raw.is_meta()) {
      return new Tensor(torch.empty_like(x.raw));
    }
    return new Tensor(
        torch.batch_norm(
            x.raw,
            new TensorOptional(weight.raw),
            new TensorOptional(bias.raw),
            new TensorOptional(runningMean.raw),
            new TensorOptional(runningVar.raw),
            training,
            momentum,
            eps,
            true));
  }

  /**
   * The largest value in each window (PyTorch's {@code max_pool2d}).
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
   * Pictures of another size by bilinear interpolation between pixel centres (PyTorch's {@code
   * interpolate} with {@code align_corners=False}, without antialias).
   *
   * @param x [B, C, H, W]
   * @return [B, C, height, width]
   */
  public static Tensor resizeBilinear(Tensor x, long height, long width) {
    return new Tensor(torch.upsample_bilinear2d(x.raw, new long[] {height, width}, false));
  }

  /** Adds channels of zeros, half of them before: [B, C, H, W] to [B, C + count, H, W]. */
  public static Tensor padChannels(Tensor x, long count) {
    return new Tensor(
        torch.constant_pad_nd(
            x.raw, new long[] {0, 0, 0, 0, count / 2, count - count / 2}, new Scalar(0.0)));
  }

  /** GELU in its exact, erf form. */
  public static Tensor gelu(Tensor x) {
    return new Tensor(torch.gelu(x.raw));
  }

  /** GELU approximated with tanh, as in JAX and TensorFlow. */
  public static Tensor geluTanh(Tensor x) {
    return new Tensor(torch.gelu(x.raw, "tanh"));
  }

  /** x sigmoid(1.702 x), OpenAI's approximation of GELU. */
  public static Tensor quickGelu(Tensor x) {
    return x.mul(x.mul(1.702).sigmoid());
  }

  public static Tensor relu(Tensor x) {
    return new Tensor(torch.relu(x.raw));
  }

  /**
   * softmax(q kᵀ / √d) v for every head (Vaswani et al. 2017, eq. 1).
   *
   * @param q queries [B, H, Nq, d]
   * @param k keys [B, H, N, d]
   * @param v values [B, H, N, d]
   * @return [B, H, Nq, d]
   */
  public static Tensor attention(Tensor q, Tensor k, Tensor v) {
    if (q.raw.is_cpu() && q.raw.scalar_type().intern() == ScalarType.BFloat16) {
      return matmul(attentionProbabilities(q, k), v); // no fast fused kernel for bf16 on the CPU
    }
    MacCounter.add(2 * q.count() * k.size(2));
    return new Tensor(
        torch.scaled_dot_product_attention(
            q.raw, k.raw, v.raw, new TensorOptional(), 0.0, false, new DoubleOptional(), false));
  }

  /** softmax(q kᵀ / √d): [B, H, Nq, N]. */
  public static Tensor attentionProbabilities(Tensor q, Tensor k) {
    double scale = 1 / Math.sqrt((double) q.size(3));
    return matmul(q.mul(scale), k.transpose(2, 3)).softmax(-1);
  }

  /**
   * Mean cross-entropy of logits against class labels (PyTorch's {@code cross_entropy}).
   *
   * @param logits [B, K]
   * @param labels [B], i64, from 0 to K - 1
   * @param smoothing label smoothing, from 0 to 1
   * @return one number
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels, double smoothing) {
    return crossEntropy(logits, labels, null, smoothing);
  }

  /**
   * Cross-entropy with class weights (PyTorch's {@code cross_entropy}). Of labels it is the
   * weighted mean, over the samples whose label is not -100; of probabilities (timm's {@code
   * SoftTargetCrossEntropy}) the plain mean over all samples of the weighted sum over the classes.
   *
   * @param logits [B, K]
   * @param targets labels [B], i64, from 0 to K - 1 or -100; or probabilities [B, K]
   * @param weight of each class [K], or none
   * @param smoothing label smoothing, from 0 to 1
   * @return one number
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, @Nullable Tensor weight, double smoothing) {
    return new Tensor(
        torch.cross_entropy_loss(
            logits.raw, targets.raw, optional(weight), MEAN, IGNORED, smoothing));
  }

  /**
   * Sum of the cross-entropy over pixels (PyTorch's {@code cross_entropy} with {@code
   * reduction="sum"}), each weighted by its class.
   *
   * @param logits [B, K, H, W]
   * @param labels [B, H, W], i64, from 0 to K - 1 or {@code ignoreIndex}
   * @param weight of each class [K], or none
   * @param smoothing label smoothing, from 0 to 1
   * @param ignoreIndex label of the pixels that do not count
   * @return one number
   */
  public static Tensor crossEntropySum(
      Tensor logits, Tensor labels, @Nullable Tensor weight, double smoothing, long ignoreIndex) {
    return new Tensor(
        torch.cross_entropy_loss(
            logits.raw, labels.raw, optional(weight), SUM, ignoreIndex, smoothing));
  }

  /**
   * Mean over samples and classes of the cross-entropy of each class for itself (PyTorch's {@code
   * binary_cross_entropy_with_logits}).
   *
   * @param logits [B, K]
   * @param targets probabilities [B, K]
   * @param weight of each class [K], or none
   * @param posWeight of each class where it is present [K], or none
   * @return one number
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor logits, Tensor targets, @Nullable Tensor weight, @Nullable Tensor posWeight) {
    return new Tensor(
        torch.binary_cross_entropy_with_logits(
            logits.raw, targets.raw, optional(weight), optional(posWeight), MEAN));
  }

  /** How many rows of logits [B, K] are largest at their label of [B]. */
  public static long countCorrect(Tensor logits, Tensor labels) {
    try (Scope scope = Scope.open()) {
      return logits.argmax(-1).raw.eq(labels.raw).sum().item_long();
    }
  }

  /** Tensors one after the other along a dimension. */
  public static Tensor cat(int dim, Tensor... tensors) {
    return new Tensor(torch.cat(Tensor.vector(List.of(tensors)), dim));
  }

  /** Tensors of one shape along a new dimension. */
  public static Tensor stack(int dim, Tensor... tensors) {
    return new Tensor(torch.stack(Tensor.vector(List.of(tensors)), dim));
  }

  /** The elements of {@code x} where the condition holds, else a value. */
  public static Tensor where(Tensor condition, Tensor x, double otherwise) {
    return new Tensor(
        torch.where(condition.raw, x.raw, new org.bytedeco.pytorch.Scalar(otherwise)));
  }

  static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.raw);
  }
}
