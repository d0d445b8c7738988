package dev.vit4j.task.classification;

import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The loss of a recipe: cross-entropy, or binary cross-entropy as in timm's {@code
 * BinaryCrossEntropy}, with label smoothing and class weights.
 */
public final class Criterion implements AutoCloseable {
  private final boolean binary;
  private final double smoothing;
  private final int classes;
  private final float @Nullable [] weights;
  private final @Nullable Tensor weight; // [K], on the device

  /**
   * @param classes number of logits per sample
   * @param weights weight of each class, or null
   */
  public Criterion(Recipe recipe, int classes, float @Nullable [] weights, Device device) {
    this.binary = recipe.get(LossKeys.BCE_LOSS);
    this.smoothing = recipe.get(LossKeys.SMOOTHING);
    this.classes = classes;
    this.weights = weights;
    this.weight = weights == null ? null : Scope.own(Tensor.of(weights, weights.length).to(device));
  }

  /**
   * Computes the mean loss of samples.
   *
   * @param logits [B, K], f32
   * @param labels class indices [B]
   */
  public Tensor of(Tensor logits, long[] labels) {
    if (binary) {
      return of(logits, labels, labels, 1);
    }
    Tensor y = Tensor.of(labels, labels.length).to(logits.device());
    return Ops.crossEntropy(logits, y, weight, smoothing);
  }

  /**
   * Computes the mean loss of mixed samples.
   *
   * @param logits [B, K], f32
   * @param labels class indices [B], with weight {@code lam}
   * @param partners class indices of the partners [B], with weight {@code 1 - lam}
   */
  public Tensor of(Tensor logits, long[] labels, long[] partners, double lam) {
    float[] soft = Mixup.targets(labels, partners, lam, classes, smoothing);
    Tensor targets = Tensor.of(soft, labels.length, classes).to(logits.device());
    return binary
        ? Ops.binaryCrossEntropyWithLogits(logits, targets, weight, null)
        : Ops.crossEntropy(logits, targets, weight, 0);
  }

  /**
   * Returns the weight of the mean loss of some samples in the mean loss of all: their fraction of
   * the samples, or of the sum of class weights if the mean is weighted.
   *
   * @param labels labels of all samples
   * @param mixed whether the labels are mixed
   */
  public double share(long[] labels, int from, int count, boolean mixed) {
    float[] w = weights;
    if (w == null || binary || mixed) {
      return (double) count / labels.length;
    }
    double some = 0;
    double all = 0;
    for (int i = 0; i < labels.length; i++) {
      double one = w[(int) labels[i]];
      all += one;
      some += i >= from && i < from + count ? one : 0;
    }
    return some / all;
  }

  @Override
  public void close() {
    if (weight != null) {
      weight.close();
    }
  }
}
