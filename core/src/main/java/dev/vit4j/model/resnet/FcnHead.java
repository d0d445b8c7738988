package dev.vit4j.model.resnet;

import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Tensor;

/**
 * torchvision's {@code FCNHead}: a 3 x 3 convolution to a quarter of the channels, batch norm,
 * ReLU, dropout, and a 1 x 1 convolution to the classes, named {@code 0}, {@code 1} and {@code 4}
 * as in its {@code Sequential}.
 */
final class FcnHead extends Module {
  private final Conv2d reduce; // [D -> D / 4], 3 x 3
  private final BatchNorm2d norm;
  private final Dropout dropout;
  private final Conv2d score; // [D / 4 -> K], 1 x 1

  FcnHead(Init init, int channels, int classes, double dropRate) {
    int inner = channels / 4;
    this.reduce = child("0", new Conv2d(init, channels, inner, 3, 1, 1));
    this.norm = child("1", new BatchNorm2d(init, inner));
    this.dropout = child("3", new Dropout(dropRate));
    this.score = child("4", Conv2d.pointwise(init, inner, classes));
  }

  /** [B, D, h, w] to [B, K, h, w]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = norm.apply(reduce.apply(x)).relu_(); // [B, D / 4, h, w]
    return score.apply(dropout.apply(y));
  }

  @Override
  protected void packOwn(Packing packing) {
    reduce.fold(norm);
  }
}
