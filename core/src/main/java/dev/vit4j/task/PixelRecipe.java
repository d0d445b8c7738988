package dev.vit4j.task;

import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;

/** Checks recipes of tasks whose targets are pixels, such as masks. */
public final class PixelRecipe {
  private PixelRecipe() {}

  /**
   * Checks that images are read whole and that nothing changes them without their targets.
   *
   * @param task name for messages
   * @throws IllegalArgumentException naming the key that does not fit
   */
  public static void check(Recipe recipe, String task) {
    if (!recipe.get(AugmentationKeys.CROP_MODE).equals("squash")
        || recipe.get(AugmentationKeys.CROP_PCT) != 1) {
      throw new IllegalArgumentException(
          task + " reads whole images: set crop_mode to squash and crop_pct to 1");
    }
    if (recipe.find(AugmentationKeys.AA).isPresent()) {
      throw new IllegalArgumentException(
          "aa %s does not transform masks: leave it out for %s, or use train_crop, hflip, vflip, color_jitter and reprob"
              .formatted(recipe.find(AugmentationKeys.AA).get(), task));
    }
    if (recipe.get(LossKeys.BCE_LOSS) || recipe.get(AugmentationKeys.INITIAL_SCALE) != 1) {
      throw new IllegalArgumentException(
          "bce_loss and initial_scale are for classification only: leave them out for " + task);
    }
    if (recipe.get(AugmentationKeys.MIXUP) != 0 || recipe.get(AugmentationKeys.CUTMIX) != 0) {
      throw new IllegalArgumentException(
          "mixup and cutmix mix the labels of whole images: leave them at 0 for " + task);
    }
  }
}
