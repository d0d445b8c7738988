package dev.vit4j.task.multitask;

import dev.vit4j.model.PatchOutputs;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The losses of the two heads. For the classes: binary cross-entropy of each class, summed over the
 * classes of a patch. For the masks: binary cross-entropy of each mask against the pixels of its
 * class, summed over the masks of a pixel. A mask belongs to the class that the model gives this
 * rank, so the loss is that of exactly what {@link PatchOutputs#toSegment} returns; a mask whose
 * class is absent learns to be empty, and a class that is not among the first ones is learned by
 * the other head alone. Pixels without a class and patches of such pixels are ignored.
 */
final class PatchLoss implements AutoCloseable {
  private final double dice;
  private final float @Nullable [] weights;
  private final @Nullable Tensor weight; // [K], on the device

  /**
   * @param weights weight of each class for the presence in a patch and for pixels, or null
   * @param dice weight of the Dice loss, 0 for none
   */
  PatchLoss(float @Nullable [] weights, double dice, Device device) {
    this.dice = dice;
    this.weights = weights;
    this.weight = weights == null ? null : Scope.own(Tensor.of(weights, weights.length).to(device));
  }

  /** Returns the sum over patches of the loss of their classes. */
  Tensor classes(PatchOutputs outputs, PatchTargets targets, int from, int count, Device device) {
    Tensor present = targets.present(from, count).to(device);
    Tensor labelled = targets.labelled(from, count).to(device);
    return sum(
        Ops.binaryCrossEntropyWithLogits(outputs.classes(), present, labelled, weight),
        outputs.classes());
  }

  /** Returns the weighted sum over pixels of the loss of their masks. */
  Tensor masks(PatchOutputs outputs, PatchTargets targets, int from, int count, Device device) {
    Tensor labels = targets.labels(from, count).to(device); // [B, P, S]
    Tensor inMask = labels.unsqueeze(3).eq(outputs.selected().unsqueeze(2)); // [B, P, S, M]
    Tensor factors = labels.gt(-1).to(DType.F32); // 0 for ignored pixels
    if (weight != null) {
      Tensor known = labels.mul(labels.gt(-1).to(DType.I64)); // class 0 for ignored pixels
      Tensor own = weight.indexSelect(0, known.reshape(-1)).view(labels.shape());
      factors = factors.mul(own);
    }
    return sum(
        Ops.binaryCrossEntropyWithLogits(outputs.masks(), inMask, factors.unsqueeze(3), null),
        outputs.masks());
  }

  private static Tensor sum(Tensor mean, Tensor over) {
    return mean.mul((double) over.count());
  }

  /** Returns whether the loss of a sample depends on other samples of the batch. */
  boolean comparesSamples() {
    return dice > 0;
  }

  /**
   * Returns the weighted Dice loss of the soft masks, joined by class as by {@link
   * PatchOutputs#toSegment}: with p the values of a class and t its pixels, both 0 at ignored
   * pixels, and all sums over these samples, the mean over classes of 1 - 2 sum(p t) / (sum(p) +
   * sum(t)). A class without a pixel adds 0 but counts in the mean, as in segmentation.
   */
  Tensor dice(PatchOutputs outputs, PatchTargets targets, int from, int count, Device device) {
    Tensor labels = targets.labels(from, count).to(device).unsqueeze(3); // [B, P, S, 1]
    Tensor selected = outputs.selected(); // [B, P, M]
    Tensor soft = outputs.masks().sigmoid().mul(labels.gt(-1).to(DType.F32)); // [B, P, S, M]
    Tensor common = soft.mul(labels.eq(selected.unsqueeze(2))).sum(2); // [B, P, M]
    int k = targets.classes();
    long[] indices = LongStream.range(0, k).toArray();
    Tensor classOf = // [B P M, K], 1 at the class of the mask
        selected.reshape(-1, 1).eq(Tensor.of(indices, 1, k).to(device));
    Tensor both = common.reshape(1, -1).matmul(classOf); // [1, K]
    Tensor found = soft.sum(2).reshape(1, -1).matmul(classOf);
    Tensor pixels = targets.pixels(from, count).to(device); // [1, K]
    Tensor present = pixels.gt(0).to(DType.F32);
    Tensor score = both.mul(2).div(found.add(pixels).add(present.mul(-1).add(1)));
    return score.mul(-1).add(1).mul(present).sum().mul(dice / k);
  }

  /** Returns the total weight of the pixels that have a class. */
  double weightOf(PatchTargets targets) {
    double sum = 0;
    for (long label : targets.labels()) {
      if (label >= 0) {
        sum += weights == null ? 1 : weights[(int) label];
      }
    }
    return sum;
  }

  @Override
  public void close() {
    if (weight != null) {
      weight.close();
    }
  }
}
