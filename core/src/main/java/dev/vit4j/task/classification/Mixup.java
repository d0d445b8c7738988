package dev.vit4j.task.classification;

import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Mixup (Zhang et al. 2018, arXiv 1710.09412) and CutMix (Yun et al. 2019, arXiv 1905.04899) per
 * batch, as timm's {@code Mixup} with mode {@code batch}: each image is mixed with its partner, the
 * image at the same index of the reversed batch.
 *
 * @param mixupAlpha both parameters of the beta distribution for mixup; 0 disables mixup
 * @param cutmixAlpha both parameters of the beta distribution for CutMix; 0 disables CutMix
 * @param prob probability of mixing a batch, from 0 to 1
 * @param switchProb probability of CutMix instead of mixup if both are enabled, from 0 to 1
 */
public record Mixup(double mixupAlpha, double cutmixAlpha, double prob, double switchProb) {
  /** Returns the mixing of a recipe, or null if it has none. */
  public static @Nullable Mixup of(Recipe recipe) {
    return recipe.get(AugmentationKeys.MIXUP) == 0 && recipe.get(AugmentationKeys.CUTMIX) == 0
        ? null
        : new Mixup(
            recipe.get(AugmentationKeys.MIXUP),
            recipe.get(AugmentationKeys.CUTMIX),
            recipe.get(AugmentationKeys.MIXUP_PROB),
            recipe.get(AugmentationKeys.MIXUP_SWITCH_PROB));
  }

  /** A rectangle of pixels; bottom and right are exclusive. */
  record Box(int top, int bottom, int left, int right) {}

  /**
   * The mix of one batch.
   *
   * @param lam weight of an image's own label, from 0 to 1; 1 for no mixing
   * @param box region that is copied from the partner; null for mixup, which blends whole images
   */
  public record Mix(double lam, @Nullable Box box) {
    /** Returns whether images are mixed. */
    public boolean isOn() {
      return lam != 1;
    }

    /**
     * Mixes images with their partners.
     *
     * @param own [B, C, H, W], modified in place
     * @param partners [B, C, H, W], the partner of each image
     * @return [B, C, H, W]
     */
    public Tensor pictures(Tensor own, Tensor partners) {
      if (box == null) {
        return own.mul_(lam).add_(partners.mul_(1 - lam));
      }
      cut(own).copy_(cut(partners));
      return own;
    }

    private Tensor cut(Tensor pictures) {
      Box b = box == null ? new Box(0, 0, 0, 0) : box;
      return pictures.narrow(2, b.top, b.bottom - b.top).narrow(3, b.left, b.right - b.left);
    }
  }

  /** Draws the mix of a batch of images of this size. */
  public Mix draw(RandomGenerator random, int height, int width) {
    if (random.nextDouble() >= prob) {
      return new Mix(1, null);
    }
    boolean both = mixupAlpha > 0 && cutmixAlpha > 0;
    boolean cut = both ? random.nextDouble() < switchProb : cutmixAlpha > 0;
    double lam = beta(random, cut ? cutmixAlpha : mixupAlpha);
    if (!cut) {
      return new Mix(lam, null);
    }
    return cut(lam, random.nextInt(height), random.nextInt(width), height, width);
  }

  /**
   * Returns CutMix with a box around a center. The box has the area fraction 1 - lam and is clipped
   * to the image; the weight of the labels is computed from the clipped box.
   */
  public static Mix cut(double lam, int centerY, int centerX, int height, int width) {
    double ratio = Math.sqrt(1 - lam);
    int cutHeight = (int) (height * ratio);
    int cutWidth = (int) (width * ratio);
    Box box =
        new Box(
            Math.max(0, centerY - cutHeight / 2),
            Math.min(height, centerY + (cutHeight + 1) / 2),
            Math.max(0, centerX - cutWidth / 2),
            Math.min(width, centerX + (cutWidth + 1) / 2));
    double area = (double) (box.bottom - box.top) * (box.right - box.left);
    return new Mix(1 - area / ((double) height * width), box);
  }

  /**
   * Returns the target probabilities of the classes: smoothed labels, mixed with those of the
   * partners.
   *
   * @param labels class indices [B]
   * @param partners class indices of the partners [B]
   * @param lam weight of the own label
   * @param smoothing label smoothing, from 0 to 1
   * @return [B, K] in row-major order
   */
  static float[] targets(
      long[] labels, long[] partners, double lam, int classes, double smoothing) {
    double off = smoothing / classes;
    float[] targets = new float[Math.multiplyExact(labels.length, classes)];
    Arrays.fill(targets, (float) off);
    for (int i = 0; i < labels.length; i++) {
      int own = i * classes + (int) labels[i];
      int partner = i * classes + (int) partners[i];
      targets[own] += (float) ((1 - smoothing) * lam);
      targets[partner] += (float) ((1 - smoothing) * (1 - lam));
    }
    return targets;
  }

  /** Draws from the beta distribution with equal parameters: X / (X + Y) of two gamma variates. */
  private static double beta(RandomGenerator random, double alpha) {
    double x = logGamma(random, alpha);
    double y = logGamma(random, alpha);
    return 1 / (1 + Math.exp(y - x));
  }

  /**
   * Returns the logarithm of a draw from the gamma distribution (Marsaglia and Tsang 2000). With
   * small shapes the draw itself would underflow.
   */
  private static double logGamma(RandomGenerator random, double shape) {
    if (shape < 1) {
      return logGamma(random, shape + 1) + Math.log(1 - random.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + x / Math.sqrt(9 * d), 3);
      double u = 1 - random.nextDouble(); // above 0
      if (v > 0 && Math.log(u) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return Math.log(d * v);
      }
    }
  }
}
