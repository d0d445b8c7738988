package dev.vit4j.task.classification;

import dev.vit4j.model.Model;
import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Small images first: a convolutional network learns its coarse features from them at a fraction of
 * the work, and sees the full size only towards the end (Howard's entry to DAWNBench, 2018).
 * Schedule and words are those of MosaicML Composer's {@code ProgressiveResizing}.
 *
 * @param initialScale side of the first images as a share of the full one, above 0, below 1
 * @param delayFraction share of the training at that size, from 0 to 1
 * @param finetuneFraction share of the training at full size, at its end
 * @param sizeIncrement sides are multiples of so many pixels
 */
public record ProgressiveResizing(
    double initialScale, double delayFraction, double finetuneFraction, int sizeIncrement) {
  /**
   * What a recipe asks for; null if images keep their size.
   *
   * @throws IllegalArgumentException if the model takes images of one size only
   */
  public static @Nullable ProgressiveResizing of(Recipe recipe, Model model) {
    double scale = recipe.get(AugmentationKeys.INITIAL_SCALE);
    if (scale == 1) {
      return null;
    }
    if (!model.takesAnySize()) {
      throw new IllegalArgumentException(
          "initial_scale needs a model for images of any size, a ResNet: %s takes %d x %d"
              .formatted(model.name(), model.height(), model.width()));
    }
    return new ProgressiveResizing(
        scale,
        recipe.get(AugmentationKeys.DELAY_FRACTION),
        recipe.get(AugmentationKeys.FINETUNE_FRACTION),
        recipe.get(AugmentationKeys.SIZE_INCREMENT));
  }

  /**
   * Images at the size of the moment.
   *
   * @param x [B, C, H, W]
   * @param done share of the training that is done, from 0 to 1
   * @return [B, C, H', W']
   */
  public Tensor apply(Tensor x, double done) {
    long height = side(x.size(2), done);
    long width = side(x.size(3), done);
    return height == x.size(2) && width == x.size(3) ? x : Ops.resizeBilinear(x, height, width);
  }

  /** A side of so many pixels at this moment, in pixels. */
  long side(long full, double done) {
    double rising = 1 - delayFraction - finetuneFraction; // from the first size to the full one
    double risen = rising == 0 ? 1 : Math.min(1, (done - delayFraction) / rising);
    if (done < delayFraction) {
      risen = 0;
    } else if (done >= 1 - finetuneFraction) {
      return full;
    }
    double scaled = full * (initialScale + (1 - initialScale) * risen);
    long side = sizeIncrement * (long) (scaled / sizeIncrement);
    return Math.min(full, Math.max(sizeIncrement, side));
  }
}
