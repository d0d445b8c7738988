package dev.vit4j.train;

import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.image.Transform;
import dev.vit4j.input.FitToModel;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws the first augmented batch of a training run. */
final class FirstBatch {
  /** File name in a run folder. */
  static final String FILE = "batch.png";

  private static final int SHOWN = 32;

  private FirstBatch() {}

  /** Reads the image from the run folder, or draws it if it is missing. */
  static BufferedImage of(RunFolder folder, Setup setup, Recipe recipe) throws IOException {
    Path file = folder.path().resolve(FILE);
    BufferedImage drawn = Files.exists(file) ? ImageIO.read(file.toFile()) : null;
    return drawn == null ? draw(setup, recipe) : drawn;
  }

  static BufferedImage draw(Setup setup, Recipe recipe) {
    try (Loader loader = loader(setup, recipe);
        BatchIterator batches = loader.epoch(0, 0)) {
      return setup
          .task()
          .draw("First training batch, augmented", batches.next(), setup.train(), SHOWN);
    }
  }

  /**
   * Returns a loader with the order and transforms of training. It loads images even if training
   * uses precomputed features.
   */
  private static Loader loader(Setup setup, Recipe recipe) {
    Transform transform =
        setup.input().isFeatures() ? new FitToModel(setup.preprocess()) : setup.augmentation();
    int batch = Math.min(recipe.get(OptimizerKeys.BATCH_SIZE), setup.train().size());
    return new Loader(setup.train(), transform, batch, true, false, recipe.get(RunKeys.SEED), 0);
  }
}
