package dev.vit4j.nn;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;

/**
 * Sets elements to zero with a probability in training and scales the others up (Srivastava et al.
 * 2014; PyTorch's {@code nn.Dropout}). Draws from the thread's {@link Generator}.
 */
public final class Dropout extends Module {
  private final double probability;

  /**
   * @param probability from 0 (does nothing) to below 1
   */
  public Dropout(double probability) {
    this.probability = probability;
  }

  /** Any shape, kept. */
  @Override
  protected Tensor forward(Tensor x) {
    if (!isTraining() || probability == 0) {
      return x;
    }
    return x.mul(mask(x, probability, x.shape()));
  }

  /** Ones with probability 1 - p, scaled so that the mean stays: of the given shape. */
  static Tensor mask(Tensor like, double p, long... shape) {
    Tensor mask =
        Tensor.empty(DType.F32, dev.vit4j.tensor.Device.CPU, shape)
            .bernoulli_(1 - p, Generator.ofThread())
            .mul_(1 / (1 - p));
    return mask.to(like.device()).to(like.dtype());
  }
}
