package dev.vit4j.cli;

import dev.vit4j.infer.Predictor;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A model, and which pictures it answers about, files or samples: {@code @Mixin PictureOptions}.
 */
final class PictureOptions {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run, a weights folder or file, or a published name (see vit fetch).")
  String model = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FILE|DIR",
      description = "Pictures, or folders with pictures (PNG, JPEG, WebP, GIF, BMP).")
  List<Path> files = new ArrayList<>();

  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "32",
      description = "Pictures that go through the model at once (default: ${DEFAULT-VALUE}).")
  int batchSize = 32;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N pictures.")
  int limit = Integer.MAX_VALUE;

  /** Where the model lies. */
  Path place() throws IOException {
    return ModelSource.find(model);
  }

  /** Whether they are a data set's, with labels. */
  boolean areSamples() {
    return files.isEmpty();
  }

  /** Names them; none is opened yet. */
  Iterable<Predictor.Picture> open() throws IOException {
    if (files.isEmpty() == (data.data == null)) {
      throw new IllegalArgumentException(
          "name either pictures (FILE or DIR) or a data set (--data NAME or --data DIR)");
    }
    if (limit < 1) {
      throw new IllegalArgumentException("--limit must be at least 1, not " + limit);
    }
    if (files.isEmpty()) {
      return Predictor.samples(data.open(place()), limit);
    }
    List<Predictor.Picture> all = Predictor.files(files);
    return all.subList(0, Math.min(limit, all.size()));
  }
}
