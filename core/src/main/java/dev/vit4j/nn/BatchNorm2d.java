package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization over [B, C, H, W] (Ioffe and Szegedy 2015; PyTorch's {@code nn.BatchNorm2d},
 * eps 1e-5, momentum 0.1). A frozen layer does not update its statistics, even in training mode.
 */
public final class BatchNorm2d extends Module {
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Tensor weight; // [C]
  private final Tensor bias; // [C]
  private final Tensor runningMean; // [C]
  private final Tensor runningVar; // [C]
  private final Tensor batches; // number of batches seen, as PyTorch stores it
  private boolean skipped; // folded into the preceding convolution
  private @Nullable SyncStatistics sync; // of all ranks

  public BatchNorm2d(Init init, int channels) {
    this(init, channels, 1);
  }

  /**
   * @param weight initial value of every weight; with 0, the last norm of a residual branch makes
   *     the branch start as zero
   */
  public BatchNorm2d(Init init, int channels, double weight) {
    this.weight = parameter("weight", init.full(weight, channels));
    this.bias = parameter("bias", init.zeros(channels));
    this.runningMean = buffer("running_mean", init.zeros(channels));
    this.runningVar = buffer("running_var", init.ones(channels));
    this.batches = buffer("num_batches_tracked", init.zeros().to(dev.vit4j.tensor.DType.I64));
  }

  /**
   * [B, C, H, W] to [B, C, H, W].
   *
   * @throws IllegalArgumentException in training mode, if B, H and W are all 1
   */
  @Override
  protected Tensor forward(Tensor x) {
    if (skipped) {
      return x;
    }
    if (isTraining()) {
      requireSeveral(x.shape());
      batches.add_(Tensor.of(new long[] {1})); // a double cannot be added to an integer tensor
      if (sync != null) {
        return sync.normalize(x, weight, bias, runningMean, runningVar, MOMENTUM, EPS);
      }
    }
    return Ops.batchNorm(x, weight, bias, runningMean, runningVar, isTraining(), MOMENTUM, EPS);
  }

  /**
   * Makes training normalize by the statistics of all ranks.
   *
   * @param statistics those of all layers of the model
   */
  public void synchronize(SyncStatistics statistics) {
    sync = statistics;
  }

  /** As PyTorch: the variance of a single value is undefined. */
  private static void requireSeveral(long[] shape) {
    if (shape[0] * shape[2] * shape[3] == 1) {
      throw new IllegalArgumentException(
          "batch norm needs more than 1 value per channel in training, but got [%d, %d, %d, %d]: use a batch_size of at least 2 or larger images"
              .formatted(shape[0], shape[1], shape[2], shape[3]));
    }
  }

  /**
   * Scale of the norm in evaluation mode, where it is x scale + shift: weight / √(var + eps), [C].
   */
  Tensor scale() {
    return weight.div(runningVar.add(EPS).sqrt());
  }

  /** Shift of the norm in evaluation mode: bias - mean scale, [C]. */
  Tensor shift() {
    return bias.sub(runningMean.mul(scale()));
  }

  /** Makes this layer an identity. */
  void skip() {
    skipped = true;
  }
}
