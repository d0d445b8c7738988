package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/** Layer normalization over the last dimension (Ba et al. 2016; PyTorch's {@code nn.LayerNorm}). */
public final class LayerNorm extends Module {
  private final Tensor weight; // [D]
  private final Tensor bias; // [D]
  private final double eps;

  /**
   * @param eps added to the variance: 1e-6 in timm and torchvision, 1e-5 in CLIP, 1e-12 in Hugging
   *     Face's ViT
   */
  public LayerNorm(Init init, int dim, double eps) {
    this.weight = parameter("weight", init.ones(dim));
    this.bias = parameter("bias", init.zeros(dim));
    this.eps = eps;
  }

  /** [..., D] to [..., D]. */
  @Override
  protected Tensor forward(Tensor x) {
    return Ops.layerNorm(x, weight, bias, eps);
  }
}
