package dev.vit4j.task.segmentation;

import dev.vit4j.image.PixelValues;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The loss of pixels: cross-entropy with class weights and label smoothing (PyTorch's {@code
 * cross_entropy} with {@code ignore_index=-1}), plus a weighted Dice loss.
 */
final class PixelLoss implements AutoCloseable {
  private final int classes;
  private final double smoothing;
  private final double dice;
  private final float @Nullable [] weights;
  private final @Nullable Tensor weight; // [K], on the device

  /**
   * @param classes number of logits of a pixel
   * @param weights one per class, or null
   * @param dice weight of the Dice loss, 0 for none
   */
  PixelLoss(int classes, float @Nullable [] weights, double smoothing, double dice, Device device) {
    this.classes = classes;
    this.smoothing = smoothing;
    this.dice = dice;
    this.weights = weights;
    this.weight = weights == null ? null : Scope.own(Tensor.of(weights, weights.length).to(device));
  }

  /**
   * Returns the targets of some masks.
   *
   * @param labels class indices, negative for pixels without a class
   * @param from first mask
   * @return i64 [count, H, W] on the CPU
   */
  static Tensor targets(int[] labels, int from, int count, int height, int width) {
    long[] y = new long[Math.multiplyExact(count, height * width)];
    int first = from * height * width;
    for (int i = 0; i < y.length; i++) {
      y[i] = labels[first + i];
    }
    return Tensor.of(y, count, height, width);
  }

  /** Returns whether the loss of a pixel depends on other pixels of the batch. */
  boolean comparesPixels() {
    return dice > 0;
  }

  /** Returns the total class weight of some labels; ignored pixels count 0. */
  double weightOf(int[] labels, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      int label = labels[i];
      if (label >= 0) {
        sum += weights == null ? 1 : weights[label];
      }
    }
    return sum;
  }

  /**
   * Returns the mean loss over pixels.
   *
   * @param logits [B, K, H, W], f32
   * @param labels [B, H, W], i64, {@link PixelValues#IGNORED} for pixels without a class
   * @param total {@link #weightOf} these labels; 0 gives a loss of 0
   */
  Tensor of(Tensor logits, Tensor labels, double total) {
    if (total == 0) {
      return logits.sum().mul(0);
    }
    Tensor loss =
        Ops.crossEntropySum(logits, labels, weight, smoothing, PixelValues.IGNORED).mul(1 / total);
    return dice == 0 ? loss : loss.add(dice(logits, labels).mul(dice));
  }

  /**
   * Returns the multiclass Dice loss of segmentation_models_pytorch: with p the softmax of the
   * logits and t the one-hot labels, both 0 at ignored pixels, and all sums over the batch, the
   * mean over classes of 1 - 2 sum(p t) / (sum(p) + sum(t)). A class without a pixel adds 0 but
   * counts in the mean.
   *
   * @param logits [B, K, H, W], f32
   * @param labels [B, H, W], i64
   */
  Tensor dice(Tensor logits, Tensor labels) {
    Tensor p = logits.softmax(1);
    Tensor kept = labels.eq(PixelValues.IGNORED).mul(-1).add(1); // [B, H, W]
    Tensor sum = logits.sum().mul(0);
    for (int c = 0; c < classes; c++) {
      Tensor t = labels.eq(c);
      Tensor pixels = t.sum();
      if (pixels.item() > 0) {
        Tensor pc = p.select(1, c).mul(kept);
        Tensor score = pc.mul(t).sum().mul(2).div(pc.sum().add(pixels));
        sum = sum.add(score.mul(-1).add(1));
      }
    }
    return sum.mul(1.0 / classes);
  }

  @Override
  public void close() {
    if (weight != null) {
      weight.close();
    }
  }
}
