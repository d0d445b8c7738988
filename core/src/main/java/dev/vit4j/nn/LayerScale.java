package dev.vit4j.nn;

import dev.vit4j.tensor.Tensor;

/** A learned factor per channel at the end of a residual branch (Touvron et al. 2021, CaiT). */
public final class LayerScale extends Module {
  private final Tensor gamma; // [D]

  /**
   * @param initValue initial value of every factor, such as 1e-5
   */
  public LayerScale(Init init, int dim, double initValue) {
    this.gamma = parameter("gamma", init.full(initValue, dim));
  }

  /** [..., D] to [..., D]. */
  @Override
  protected Tensor forward(Tensor x) {
    return x.mul(gamma);
  }
}
