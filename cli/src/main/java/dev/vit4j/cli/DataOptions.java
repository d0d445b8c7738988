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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a data set and its split: {@code @Mixin DataOptions data}. */
final class DataOptions {
  private static final List<String> SPLITS = List.of("train", "val", "test");

  @Option(
      names = "--data",
      paramLabel = "NAME|PATH",
      description = "Data set name, image folder or archive.")
  @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "train, val, test, or the name of a test set, A (default: ${DEFAULT-VALUE}).")
  String split = "test";

  /** Opens a data set by its specification. */
  @FunctionalInterface
  interface Opener {
    Splits open(DataSpec spec, Consumer<String> notes) throws IOException;
  }

  /**
   * Splits of a data set.
   *
   * @param part the one that {@code --split} names
   */
  record Chosen(Splits splits, Dataset part) {}

  /**
   * Opens the data set of {@code --data}, by default that of the model's run, as the task of the
   * run reads it.
   */
  Dataset open(Path model) throws IOException {
    return choose(model, note -> {}).part();
  }

  /** As {@link #open(Path)}, with all splits. */
  Chosen choose(Path model, Consumer<String> notes) throws IOException {
    Optional<Path> folder = RunFolder.of(model);
    if (folder.isEmpty()) {
      return choose(named("mnist"), split, Datasets::open, notes);
    }
    Recipe run = Recipe.load(folder.get().resolve(RunFolder.RECIPE));
    DataSpec spec = data == null ? run.dataSpec() : named(run.get(DataKeys.DATA));
    return choose(spec, split, Tasks.named(run.get(RunKeys.TASK))::open, notes);
  }

  /** Opens a data set of labeled images by its name or path. */
  static Dataset open(String data, String split, Consumer<String> notes) throws IOException {
    return choose(Datasets.named(data, Datasets.FOLDER), split, Datasets::open, notes).part();
  }

  /**
   * Opens a data set and selects a split.
   *
   * @param split train, val, test, or one of {@link Datasets#testSets} in lower or upper case
   * @throws IllegalArgumentException if the data set has no such split
   */
  static Chosen choose(DataSpec spec, String split, Opener opener, Consumer<String> notes)
      throws IOException {
    DataSpec wanted = spec;
    if (!SPLITS.contains(split)) {
      List<String> sets = Datasets.testSets(spec);
      wanted =
          spec.withTestSet(
              sets.stream()
                  .filter(split::equalsIgnoreCase)
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "unknown split '%s': use one of %s"
                                  .formatted(
                                      split,
                                      Stream.concat(SPLITS.stream(), sets.stream())
                                          .collect(Collectors.joining(", "))))));
    }
    Splits splits = opener.open(wanted, notes);
    return new Chosen(splits, part(splits, split));
  }

  private static Dataset part(Splits splits, String split) {
    Dataset val = splits.val();
    if (split.equals("val") && val == null) {
      throw new IllegalArgumentException(
          "%s has no validation split: use train or test".formatted(splits.train().name()));
    }
    return switch (split) {
      case "train" -> splits.train();
      case "val" -> Objects.requireNonNull(val);
      default -> splits.test();
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
