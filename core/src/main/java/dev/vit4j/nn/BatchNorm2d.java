package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/**
 * Batch normalization of images (Ioffe and Szegedy 2015; PyTorch's {@code nn.BatchNorm2d}, eps
 * 1e-5, momentum 0.1). When frozen its statistics stand still even in training mode.
 */
public final class BatchNorm2d extends Module {
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Tensor weight; // [C]
  private final Tensor bias; // [C]
  private final Tensor runningMean; // [C]
  private final Tensor runningVar; // [C]
  private final Tensor batches; // number of batches seen, as PyTorch stores it
  private boolean skipped; // the convolution before it does its work

  public BatchNorm2d(Init init, int channels) {
    this(init, channels, 1);
  }

  /**
   * @param weight every factor's first value; 0 lets a residual branch begin as nothing
   */
  public BatchNorm2d(Init init, int channels, double weight) {
    this.weight = parameter("weight", init.full(weight, channels));
    this.bias = parameter("bias", init.zeros(channels));
    this.runningMean = buffer("running_mean", init.zeros(channels));
    this.runningVar = buffer("running_var", init.ones(channels));
    this.batches = buffer("num_batches_tracked", init.zeros().to(dev.vit4j.tensor.DType.I64));
  }

  /** [B, C, H, W] to [B, C, H, W]. */
  @Override
  protected Tensor forward(Tensor x) {
    if (skipped) {
      return x;
    }
    if (isTraining()) {
      batches.add_(Tensor.of(new long[] {1})); // a double cannot be added to whole numbers
    }
    return Ops.batchNorm(x, weight, bias, runningMean, runningVar, isTraining(), MOMENTUM, EPS);
  }

  /** In evaluation the norm is x scale + shift: weight / √(var + eps), [C]. */
  Tensor scale() {
    return weight.div(runningVar.add(EPS).sqrt());
  }

  /** bias - mean scale, [C]. */
  Tensor shift() {
    return bias.sub(runningMean.mul(scale()));
  }

  /** Makes it do nothing. */
  void skip() {
    skipped = true;
  }
}
