package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.infer.Predictor;
import dev.vit4j.train.RunFolder;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A model and its input images, files or samples: {@code @Mixin PictureOptions}. */
final class PictureOptions {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run, a weights folder or file, or a published name (see vit fetch).")
  String model = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FILE|DIR",
      description = "Images, or folders of images (PNG, JPEG, WebP, GIF, BMP).")
  List<Path> files = new ArrayList<>();

  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "32",
      description = "Images per batch (default: ${DEFAULT-VALUE}).")
  int batchSize = 32;

  @Option(names = "--limit", paramLabel = "N", description = "Use only the first N images.")
  int limit = Integer.MAX_VALUE;

  private List<String> classes = List.of();

  /** Returns the path of the model. */
  Path place() throws IOException {
    return ModelSource.find(model);
  }

  /** Returns whether the images are labeled samples of a data set. */
  boolean areSamples() {
    return files.isEmpty();
  }

  /**
   * Returns the images without opening them; without images and {@code --data} those that test the
   * model's run.
   */
  Iterable<Predictor.Picture> open(Output out) throws IOException {
    boolean hasRun = data.data == null && files.isEmpty() && RunFolder.of(place()).isPresent();
    if (files.isEmpty() == (data.data == null) && !hasRun) {
      throw new IllegalArgumentException(
          "give either images (FILE or DIR) or a data set (--data NAME or --data DIR)");
    }
    if (limit < 1) {
      throw new IllegalArgumentException("--limit must be at least 1, not " + limit);
    }
    if (files.isEmpty()) {
      Dataset set = data.open(place(), out);
      classes = set.targets() instanceof Labels labels ? labels.classes() : List.of();
      return Predictor.samples(set, limit);
    }
    List<Predictor.Picture> all = Predictor.files(files);
    return all.subList(0, Math.min(limit, all.size()));
  }

  /** Returns the class names of opened samples; empty for others. */
  List<String> classes() {
    return classes;
  }
}
