package dev.vit4j.task;

import dev.vit4j.model.Model;
import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains on small images first and on full-size images at the end, which needs less computation
 * (Howard's DAWNBench entry, 2018). Schedule and arguments are those of MosaicML Composer's {@code
 * ProgressiveResizing}.
 *
 * @param initialScale initial side length as a fraction of the full one, above 0, below 1
 * @param delayFraction fraction of the training at the initial size, from 0 to 1
 * @param finetuneFraction fraction of the training at full size, at its end
 * @param sizeIncrement side lengths are multiples of this number of pixels
 */
public record ProgressiveResizing(
    double initialScale, double delayFraction, double finetuneFraction, int sizeIncrement) {
  /**
   * Returns the resizing of a recipe, or null if it has none.
   *
   * @throws IllegalArgumentException if the model accepts a single image size only
   */
  public static @Nullable ProgressiveResizing of(Recipe recipe, Model model) {
    double scale = recipe.get(AugmentationKeys.INITIAL_SCALE);
    if (scale == 1) {
      return null;
    }
    if (!model.takesAnySize()) {
      throw new IllegalArgumentException(
          "initial_scale needs a model for images of any size, such as a ResNet: %s takes %d x %d only"
              .formatted(model.name(), model.height(), model.width()));
    }
    return new ProgressiveResizing(
        scale,
        recipe.get(AugmentationKeys.DELAY_FRACTION),
        recipe.get(AugmentationKeys.FINETUNE_FRACTION),
        recipe.get(AugmentationKeys.SIZE_INCREMENT));
  }

  /**
   * Resizes images to the current size.
   *
   * @param x [B, C, H, W]
   * @param done completed fraction of the training, from 0 to 1
   * @return [B, C, H', W']
   */
  public Tensor apply(Tensor x, double done) {
    long height = side(x.size(2), done);
    long width = side(x.size(3), done);
    return height == x.size(2) && width == x.size(3)
        ? x
        : ImageOps.resizeBilinear(x, height, width);
  }

  /**
   * Returns the current length in pixels of a side.
   *
   * @param full its length in the end
   * @param done completed fraction of the training, from 0 to 1
   */
  public long side(long full, double done) {
    double rising = 1 - delayFraction - finetuneFraction; // from the initial size to the full one
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
