package dev.vit4j.nn;

import dev.vit4j.tensor.Tensor;

/**
 * Stochastic depth: in training, drops a residual branch for whole samples and scales it up for the
 * others (Huang et al. 2016; timm's {@code DropPath}). Uses the thread's {@link
 * dev.vit4j.tensor.Generator}.
 */
public final class DropPath extends Module {
  private final double probability;

  /**
   * @param probability of dropping a sample's branch, from 0 to below 1
   */
  public DropPath(double probability) {
    this.probability = probability;
  }

  /** [B, ...] to [B, ...]. */
  @Override
  protected Tensor forward(Tensor x) {
    if (!isTraining() || probability == 0) {
      return x;
    }
    long[] perSample = x.shape();
    java.util.Arrays.fill(perSample, 1, perSample.length, 1);
    return x.mul(Dropout.mask(x, probability, perSample));
  }
}
