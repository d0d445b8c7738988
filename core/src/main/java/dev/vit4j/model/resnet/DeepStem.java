package dev.vit4j.model.resnet;

import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Tensor;

/**
 * Three 3x3 convolutions instead of one of 7x7 (He et al. 2019, arXiv 1812.01187, ResNet-C), with
 * norm and ReLU between them; named as timm's {@code Sequential}.
 */
final class DeepStem extends Module {
  private final Conv2d first; // [C -> a], stride 2
  private final BatchNorm2d firstNorm;
  private final Conv2d second; // [a -> D / 2]
  private final BatchNorm2d secondNorm;
  private final Conv2d last; // [D / 2 -> D]; the norm after it is the network's

  DeepStem(Init init, int inChans, int out, boolean tiered) {
    int half = out / 2;
    int narrow = tiered ? 3 * (half / 4) : half;
    this.first = child("0", new Conv2d(init, inChans, narrow, 3, 2, 1));
    this.firstNorm = child("1", new BatchNorm2d(init, narrow));
    this.second = child("3", new Conv2d(init, narrow, half, 3, 1, 1));
    this.secondNorm = child("4", new BatchNorm2d(init, half));
    this.last = child("6", new Conv2d(init, half, out, 3, 1, 1));
  }

  /** [B, C, H, W] to [B, D, H / 2, W / 2], rounded up. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = firstNorm.apply(first.apply(x)).relu_();
    return last.apply(secondNorm.apply(second.apply(y)).relu_());
  }

  /** The convolution before the network's norm. */
  Conv2d last() {
    return last;
  }

  @Override
  protected void packOwn(Packing packing) {
    first.fold(firstNorm);
    second.fold(secondNorm);
  }
}
