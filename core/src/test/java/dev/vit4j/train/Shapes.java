package dev.vit4j.train;

import dev.vit4j.data.Painted;
import dev.vit4j.format.FormatException;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A recipe for segmentation on images with rectangles of three classes, in folders. */
final class Shapes {
  static final Painted ALL = new Painted(40, 32, 32, 3, -1);

  private Shapes() {}

  /** Writes 28 images to train, 6 to validate and 6 to test on, with their masks. */
  static Path write(Path folder) throws IOException {
    ALL.write(folder.resolve("train"), 0, 28);
    ALL.write(folder.resolve("val"), 28, 34);
    ALL.write(folder.resolve("test"), 34, 40);
    return folder;
  }

  /** A tiny {@code vit_seg}; 7 batches an epoch. */
  static Recipe recipe(Path data, Path output) {
    try {
      return Recipe.parse(
              "shapes",
              """
              task: segmentation
              data: segmentation-folder
              model: vit_seg
              model_args: {backbone: vit_tiny_patch16_224, img_size: 32, patch_size: 4,
                           embed_dim: 24, depth: 2, num_heads: 2}
              epochs: 8
              batch_size: 4
              opt: adamw
              lr: 0.005
              sched: cosine
              hflip: 0.5
              dice: 0.5
              workers: 0
              compute_workers: 2
              """)
          .with(Map.of("data_dir", data.toString(), "output", output.toString()));
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }
}
