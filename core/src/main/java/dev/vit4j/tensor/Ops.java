package dev.vit4j.tensor;

import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Neural network operations on tensors, with PyTorch's semantics. */
public final class Ops {
  private static final double NORMALIZE_EPS = 1e-12;

  /** Matrix products of at least this width and depth are faster with oneDNN than with OpenBLAS. */
  private static final long ONEDNN_MIN = 64;

  // libtorch's constant for mean reduction, and the label that its losses ignore.
  private static final long MEAN = 1;
  private static final long SUM = 2;
  private static final long IGNORED = -100;

  /**
   * For channel counts that are not a multiple of this, oneDNN's AVX2 kernel for the weight
   * gradient of a strided 1x1 convolution writes out of bounds; the input is then subsampled first.
   */
  private static final long ONEDNN_CHANNELS = 8;

  /** With one thread, libtorch uses BLAS for 1x1 convolutions of fewer images than this. */
  private static final long ONEDNN_PICTURES = 16;

  /**
   * On AVX2, oneDNN is three times slower for the weight gradient than for the product, while
   * OpenBLAS is equally fast for both.
   */
  private static final boolean ONEDNN_PAYS;

  static {
    Native.load();
    ONEDNN_PAYS = !Engine.cpuCapability().equals("AVX2");
  }

  private Ops() {}

  /**
   * x Wᵀ + b: {@code x} [..., K], {@code weight} [N, K], {@code bias} [N] or null; returns [...,
   * N].
   */
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
   * Computes a linear layer as a 1x1 convolution over channels-last pixels, which needs no copy:
   * oneDNN runs it forward and backward faster than BLAS runs the plain matrix product.
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

  /** Number of images into which the m rows of x are arranged; it divides m. */
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

  /** Matrix product over the last two dimensions; the others are broadcast. */
  public static Tensor matmul(Tensor a, Tensor b) {
    Tensor y = new Tensor(a.raw.matmul(b.raw));
    MacCounter.add(y.count() * a.size(-1));
    return y;
  }

  /**
   * 2-D cross-correlation.
   *
   * @param x [B, Cin, H, W]
   * @param weight [Cout, Cin / groups, kh, kw]
   * @param stride pixels per step, both ways
   * @param padding zeros around the picture
   * @param dilation pixels from one element of the kernel to the next, 1 for neighbors
   * @param groups number of groups of channels, each convolved on its own
   * @return [B, Cout, H', W']
   */
  public static Tensor conv2d(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      long stride,
      long padding,
      long dilation,
      long groups) {
    boolean onePixel = weight.size(2) == 1 && weight.size(3) == 1;
    if (onePixel && stride > 1 && padding == 0 && x.size(1) % ONEDNN_CHANNELS != 0) {
      return conv2d(x.every(2, stride).every(3, stride), weight, bias, 1, 0, 1, groups);
    }
    Tensor y =
        x.raw.is_meta()
            ? Tensor.empty(
                DType.F32,
                Device.META, // libtorch has no shape inference for this operator
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
                    groups));
    MacCounter.add(y.count() * weight.count() / weight.size(0));
    return y;
  }

  /** Layer normalization over the last dimension, of size {@code weight.count()}. */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double eps) {
    if (x.raw.is_meta()) {
      return new Tensor(
          torch.empty_like(x.raw)); // libtorch has no shape inference for this operator
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
   * Batch normalization of [B, C, ...]. If {@code training}, uses the batch's statistics and
   * updates the running ones; otherwise uses the running statistics.
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
   * Looks up rows (PyTorch's {@code embedding}).
   *
   * @param rows [V, D]
   * @param indices i64 of any shape, from 0 to V - 1
   * @return the shape of the indices, with D as its last size
   */
  public static Tensor embedding(Tensor rows, Tensor indices) {
    return new Tensor(torch.embedding(rows.raw, indices.raw));
  }

  /** Scales the vectors of the last dimension to length 1 (PyTorch's {@code F.normalize}). */
  public static Tensor normalize(Tensor x) {
    org.bytedeco.pytorch.Tensor norm =
        x.raw.norm(new ScalarOptional(new Scalar(2)), new long[] {-1}, true);
    return new Tensor(x.raw.div(norm.clamp_min(new Scalar(NORMALIZE_EPS))));
  }

  /** GELU in its exact form, with erf. */
  public static Tensor gelu(Tensor x) {
    return new Tensor(torch.gelu(x.raw));
  }

  /** {@link #gelu} in the memory of x, for inference. */
  static Tensor gelu_(Tensor x) {
    torch.gelu_(x.raw);
    return x;
  }

  /** GELU with the tanh approximation, as in JAX and TensorFlow. */
  public static Tensor geluTanh(Tensor x) {
    return new Tensor(torch.gelu(x.raw, "tanh"));
  }

  /** x sigmoid(1.702 x), OpenAI's approximation of GELU. */
  public static Tensor quickGelu(Tensor x) {
    return x.mul(x.mul(1.702).sigmoid());
  }

  public static Tensor tanh(Tensor x) {
    return new Tensor(torch.tanh(x.raw));
  }

  /** x sigmoid(x), also called swish. */
  public static Tensor silu(Tensor x) {
    return new Tensor(torch.silu(x.raw));
  }

  public static Tensor relu(Tensor x) {
    // libtorch has no relu for tensors without memory, only one in place
    return x.raw.is_meta() ? x.zerosLike().relu_() : new Tensor(torch.relu(x.raw));
  }

  /**
   * softmax(q kᵀ / √d) v for every head (Vaswani et al. 2017, eq. 1).
   *
   * @param q queries [B, H, Nq, d]
   * @param k keys [B, H, N, d]
   * @param v values [B, H, N, d]
   * @param causal whether query i attends only to the keys 0 to i; Nq is N then
   * @return [B, H, Nq, d]
   */
  public static Tensor attention(Tensor q, Tensor k, Tensor v, boolean causal) {
    if (q.raw.is_cpu() && q.raw.scalar_type().intern() == ScalarType.BFloat16) {
      // no fast fused kernel for bf16 on the CPU
      return matmul(attentionProbabilities(q, k, causal), v);
    }
    MacCounter.add(2 * q.count() * k.size(2));
    return new Tensor(
        torch.scaled_dot_product_attention(
            q.raw, k.raw, v.raw, new TensorOptional(), 0.0, causal, new DoubleOptional(), false));
  }

  /** softmax(q kᵀ / √d), as {@link #attention} computes it: [B, H, Nq, N]. */
  public static Tensor attentionProbabilities(Tensor q, Tensor k, boolean causal) {
    double scale = 1 / Math.sqrt((double) q.size(3));
    Tensor scores = matmul(q.mul(scale), k.transpose(2, 3));
    return (causal ? scores.add(causalMask(q)) : scores).softmax(-1);
  }

  /** 0 on and below the diagonal, minus infinity above it: [N, N]. */
  private static Tensor causalMask(Tensor q) {
    long n = q.size(2);
    Tensor infinite = Tensor.full(Double.NEGATIVE_INFINITY, q.device(), n, n);
    return new Tensor(infinite.raw.triu(1)).to(q.dtype());
  }

  /**
   * Mean cross-entropy of logits against class labels (PyTorch's {@code cross_entropy}).
   *
   * @param logits [B, K]
   * @param labels [B], i64, from 0 to K - 1
   * @param smoothing label smoothing, from 0 to 1
   * @return scalar
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels, double smoothing) {
    return crossEntropy(logits, labels, null, smoothing);
  }

  /**
   * Cross-entropy with class weights (PyTorch's {@code cross_entropy}). For labels: the weighted
   * mean over the samples whose label is not -100. For probabilities (timm's {@code
   * SoftTargetCrossEntropy}): the unweighted mean over all samples of the weighted sum over
   * classes.
   *
   * @param logits [B, K]
   * @param targets labels [B], i64, from 0 to K - 1 or -100; or probabilities [B, K]
   * @param weight class weights [K], or null
   * @param smoothing label smoothing, from 0 to 1
   * @return scalar
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, @Nullable Tensor weight, double smoothing) {
    return new Tensor(
        torch.cross_entropy_loss(
            logits.raw, targets.raw, optional(weight), MEAN, IGNORED, smoothing));
  }

  /**
   * Sum of the cross-entropy over pixels, weighted by class (PyTorch's {@code cross_entropy} with
   * {@code reduction="sum"}).
   *
   * @param logits [B, K, H, W]
   * @param labels [B, H, W], i64, from 0 to K - 1 or {@code ignoreIndex}
   * @param weight class weights [K], or null
   * @param smoothing label smoothing, from 0 to 1
   * @param ignoreIndex label of pixels to ignore
   * @return scalar
   */
  public static Tensor crossEntropySum(
      Tensor logits, Tensor labels, @Nullable Tensor weight, double smoothing, long ignoreIndex) {
    return new Tensor(
        torch.cross_entropy_loss(
            logits.raw, labels.raw, optional(weight), SUM, ignoreIndex, smoothing));
  }

  /**
   * Mean binary cross-entropy over samples and classes (PyTorch's {@code
   * binary_cross_entropy_with_logits}).
   *
   * @param logits [B, K]
   * @param targets probabilities [B, K]
   * @param weight class weights [K], or null
   * @param posWeight weights of positive targets per class [K], or null
   * @return scalar
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor logits, Tensor targets, @Nullable Tensor weight, @Nullable Tensor posWeight) {
    return new Tensor(
        torch.binary_cross_entropy_with_logits(
            logits.raw, targets.raw, optional(weight), optional(posWeight), MEAN));
  }

  /** Number of rows of logits [B, K] whose largest value is at the label of [B]. */
  public static long countCorrect(Tensor logits, Tensor labels) {
    try (Scope scope = Scope.open()) {
      return logits.argmax(-1).raw.eq(labels.raw).sum().item_long();
    }
  }

  /** Concatenates tensors along a dimension. */
  public static Tensor cat(int dim, Tensor... tensors) {
    return new Tensor(torch.cat(Tensor.vector(List.of(tensors)), dim));
  }

  /** Stacks tensors of equal shape along a new dimension. */
  public static Tensor stack(int dim, Tensor... tensors) {
    return new Tensor(torch.stack(Tensor.vector(List.of(tensors)), dim));
  }

  /** Returns elements of {@code x} where the condition is true, else {@code otherwise}. */
  public static Tensor where(Tensor condition, Tensor x, double otherwise) {
    return new Tensor(
        torch.where(condition.raw, x.raw, new org.bytedeco.pytorch.Scalar(otherwise)));
  }

  static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.raw);
  }
}
