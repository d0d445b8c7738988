package dev.vit4j.train;

import dev.vit4j.format.Count;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.ScheduleKeys;

/** Checks of a new training that are not made again when it is resumed. */
final class Feasible {
  private static final int WORKERS_PER_PROCESSOR = 4;

  private Feasible() {}

  /**
   * Rejects a warm-up longer than the training, and by far more workers than processors.
   *
   * @throws IllegalArgumentException naming the keys
   */
  static void check(Recipe recipe) {
    int warmup = recipe.get(ScheduleKeys.WARMUP_EPOCHS);
    int epochs = recipe.get(OptimizerKeys.EPOCHS);
    if (warmup > epochs) {
      throw new IllegalArgumentException(
          "warmup_epochs %d is longer than the training of %s: lower it, or raise epochs"
              .formatted(warmup, Count.of(epochs, "epoch")));
    }
    int workers = recipe.get(HardwareKeys.COMPUTE_WORKERS);
    int processors = Runtime.getRuntime().availableProcessors();
    if (workers > WORKERS_PER_PROCESSOR * processors) {
      throw new IllegalArgumentException(
          "compute_workers %d is too many for %s: use auto, or about one for each"
              .formatted(workers, Count.of(processors, "processor")));
    }
  }
}
