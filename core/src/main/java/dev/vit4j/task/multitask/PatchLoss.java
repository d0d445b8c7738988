package dev.vit4j.task.multitask;

import dev.vit4j.model.PatchOutputs;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
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
  private final float @Nullable [] weights;
  private final @Nullable Tensor weight; // [K], on the device

  /**
   * @param weights weight of each class for the presence in a patch and for pixels, or null
   */
  PatchLoss(float @Nullable [] weights, Device device) {
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
      Tensor known = labels.copy().clamp_(0, weight.count() - 1);
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
