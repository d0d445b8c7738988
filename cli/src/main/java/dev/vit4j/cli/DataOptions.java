package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.train.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a data set and its split: {@code @Mixin DataOptions data}. */
final class DataOptions {
  /** A split of a data set. */
  enum Split {
    train,
    val,
    test
  }

  @Option(
      names = "--data",
      paramLabel = "NAME|PATH",
      description = "Data set name, image folder or archive.")
  @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "train, val or test (default: ${DEFAULT-VALUE}).")
  Split split = Split.test;

  /**
   * Opens the data set of {@code --data}, by default that of the model's run, as the task of the
   * run reads it.
   */
  Dataset open(Path model) throws IOException {
    Optional<Path> folder = RunFolder.of(model);
    if (folder.isEmpty()) {
      return part(Datasets.open(named("mnist"), note -> {}), split);
    }
    Recipe run = Recipe.load(folder.get().resolve(RunFolder.RECIPE));
    DataSpec spec = data == null ? run.dataSpec() : named(run.get(DataKeys.DATA));
    return part(Tasks.named(run.get(RunKeys.TASK)).open(spec, note -> {}), split);
  }

  /** Opens a data set of labeled images by its name or path. */
  static Dataset open(String data, Split split) throws IOException {
    return part(Datasets.open(Datasets.named(data, "mnist"), note -> {}), split);
  }

  /** Returns a split of a data set. */
  static Dataset part(Splits splits, Split split) {
    Dataset val = splits.val();
    if (split == Split.val && val == null) {
      throw new IllegalArgumentException(
          "%s has no validation split: use train or test".formatted(splits.train().name()));
    }
    return switch (split) {
      case train -> splits.train();
      case val -> Objects.requireNonNull(val);
      case test -> splits.test();
    };
  }

  private DataSpec named(String hint) throws IOException {
    if (data == null) {
      throw new IllegalArgumentException(
          "these weights are not in a run that names its data: set it with --data NAME or --data DIR");
    }
    return Datasets.named(data, hint);
  }
}
