package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.image.Transform;
import dev.vit4j.input.FitToModel;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.view.ImageGrid;
import java.awt.image.BufferedImage;
import java.util.List;

/** The first batch of a training as a picture: what the model gets to see, augmented. */
final class FirstBatch {
  private static final int SHOWN = 32;
  private static final int IN_A_ROW = 8;

  private FirstBatch() {}

  static BufferedImage draw(Setup setup, Recipe recipe) {
    try (Loader loader = loader(setup, recipe);
        BatchIterator batches = loader.epoch(0, 0)) {
      Batch batch = batches.next();
      List<ImageGrid.Tile> tiles = setup.task().tiles(batch, setup.train(), SHOWN);
      return ImageGrid.draw("The first batch, as it is trained on", tiles, IN_A_ROW);
    }
  }

  /** The training's order and transforms; pictures too where it reads features instead. */
  private static Loader loader(Setup setup, Recipe recipe) {
    Transform transform =
        setup.input().isFeatures() ? new FitToModel(setup.preprocess()) : setup.augmentation();
    int batch = Math.min(recipe.get(OptimizerKeys.BATCH_SIZE), setup.train().size());
    return new Loader(setup.train(), transform, batch, true, false, recipe.get(RunKeys.SEED), 0);
  }
}
