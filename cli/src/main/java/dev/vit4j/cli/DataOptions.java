package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.train.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which labelled pictures a verb reads: {@code @Mixin DataOptions data}. */
final class DataOptions {
  /** The parts of a data set. */
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

  /** The data that was named, or else what the model's run was trained on. */
  Dataset open(Path model) throws IOException {
    Optional<Path> run = RunFolder.of(model);
    Splits splits = run.isPresent() ? ofRun(run.get()) : named("mnist");
    return part(splits, split);
  }

  /** One of the parts. */
  static Dataset part(Splits splits, Split split) {
    Dataset val = splits.val();
    if (split == Split.val && val == null) {
      throw new IllegalArgumentException(
          "%s has no validation part of its own: use train or test"
              .formatted(splits.train().name()));
    }
    return switch (split) {
      case train -> splits.train();
      case val -> Objects.requireNonNull(val);
      case test -> splits.test();
    };
  }

  private Splits ofRun(Path run) throws IOException {
    Recipe recipe = Recipe.load(run.resolve(RunFolder.RECIPE));
    if (data != null) {
      return named(recipe.get(DataKeys.DATA));
    }
    return Datasets.open(recipe.dataSpec(), note -> {});
  }

  private Splits named(String nameOfFolder) throws IOException {
    if (data == null) {
      throw new IllegalArgumentException(
          "these weights are not in a run, which would name its data: say which with --data NAME or --data DIR");
    }
    return Datasets.openNamed(data, nameOfFolder);
  }
}
