package dev.vit4j.nn;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;

/**
 * In training, sets elements to zero with a given probability and scales the others up (Srivastava
 * et al. 2014; PyTorch's {@code nn.Dropout}). Uses the thread's {@link Generator}.
 */
public final class Dropout extends Module {
  private final double probability;

  /**
   * @param probability of zeroing an element, from 0 (identity) to below 1
   */
  public Dropout(double probability) {
    this.probability = probability;
  }

  /** Any shape, unchanged. */
  @Override
  protected Tensor forward(Tensor x) {
    if (!isTraining() || probability == 0) {
      return x;
    }
    return x.mul(mask(x, probability, x.shape()));
  }

  /** Returns a mask of the given shape: 1 / (1 - p) with probability 1 - p, else 0. */
  static Tensor mask(Tensor like, double p, long... shape) {
    Tensor mask =
        Tensor.empty(DType.F32, dev.vit4j.tensor.Device.CPU, shape)
            .bernoulli_(1 - p, Generator.ofThread())
            .mul_(1 / (1 - p));
    return mask.to(like.device()).to(like.dtype());
  }
}
