package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.train.RunData;
import dev.vit4j.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a data set and its split: {@code @Mixin DataOptions data}. */
final class DataOptions {
  private static final String ALL = "all";
  private static final String TEST = "test";
  private static final List<String> SPLITS = List.of("train", "val", TEST, ALL);

  @Option(
      names = "--data",
      paramLabel = "NAME|PATH",
      description = "Data set name, image folder or archive.")
  @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "train, val, test, all, or the name of a test set, A (default: test; all of a folder without splits that the model's run does not know).")
  @Nullable String split;

  /** Opens a data set by its specification. */
  @FunctionalInterface
  interface Opener {
    Splits open(DataSpec spec, Consumer<String> notes) throws IOException;
  }

  /**
   * Splits of a data set.
   *
   * @param part the one that {@code --split} names
   * @param split its name
   * @param skips whether the model's run skips unusable files of this data
   */
  record Chosen(Splits splits, Dataset part, String split, boolean skips) {}

  /**
   * Opens the data set of {@code --data}, by default that of the model's run, as the task of the
   * run reads it.
   */
  Dataset open(Path model, Output out) throws IOException {
    return choose(model, ALL, out).part();
  }

  /**
   * As {@link #open}, with all splits. Data of the model's own run is split as the run did.
   *
   * @param otherwise split of data that has none and is not that of the run, {@code all} or {@code
   *     test}
   */
  Chosen choose(Path model, String otherwise, Output out) throws IOException {
    Optional<Path> folder = RunFolder.of(model);
    if (folder.isEmpty()) {
      return choose(named("mnist"), split, otherwise, Datasets::open, out);
    }
    Recipe run = Recipe.load(folder.get().resolve(RunFolder.RECIPE));
    Opener opener = Tasks.named(run.get(RunKeys.TASK))::open;
    DataSpec given = data == null ? run.dataSpec() : named(run.get(DataKeys.DATA));
    if (!isSame(given, run.dataSpec())) {
      return choose(given, split, otherwise, opener, out);
    }
    String own = split == null ? TEST : split;
    boolean skips = run.get(DataKeys.BROKEN).equals("skip");
    boolean learned = own.equals("train") || own.equals("val");
    Chosen chosen = choose(run.dataSpec(), learned ? TEST : own, TEST, opener, out);
    if (!learned) {
      return new Chosen(chosen.splits(), chosen.part(), own, skips);
    }
    Dataset part = RunData.part(run, chosen.splits(), own, out::remark);
    if (part == null) {
      throw new IllegalArgumentException("the run has no validation split: use train or test");
    }
    return new Chosen(chosen.splits(), part, own, skips);
  }

  /** Returns whether two specifications name the same files. */
  private static boolean isSame(DataSpec given, DataSpec ofRun) throws IOException {
    Path a = given.dir();
    Path b = ofRun.dir();
    if (a == null || b == null) {
      return given.name().equals(ofRun.name()) && a == b;
    }
    return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
  }

  /** Opens a data set of labeled images by its name or path. */
  static Chosen open(String data, @Nullable String split, Output out) throws IOException {
    return choose(Datasets.named(data, Datasets.FOLDER), split, ALL, Datasets::open, out);
  }

  /**
   * Opens a data set and selects a split.
   *
   * @param split train, val, test, all, or one of {@link Datasets#testSets} in lower or upper case;
   *     null for {@code test}, or {@code otherwise} if the data has no splits
   * @throws IllegalArgumentException if the data set has no such split
   */
  static Chosen choose(
      DataSpec spec, @Nullable String split, String otherwise, Opener opener, Output out)
      throws IOException {
    DataSpec wanted = spec;
    if (split != null && !SPLITS.contains(split)) {
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
    Splits splits = opener.open(wanted, out::note);
    String name = split != null ? split : splits.whole() == null ? TEST : otherwise;
    splits.found().forEach(out::remark);
    if (!name.equals(ALL)) {
      splits.heldOut().forEach(out::remark);
    }
    return new Chosen(splits, part(splits, name), name, false);
  }

  private static Dataset part(Splits splits, String split) {
    return switch (split) {
      case "train" -> splits.train();
      case "val" -> required(splits.val(), splits, "validation split: use train or test");
      case ALL -> required(splits.whole(), splits, "single folder: use train, val or test");
      default -> splits.test();
    };
  }

  private static Dataset required(@Nullable Dataset part, Splits splits, String instead) {
    if (part == null) {
      throw new IllegalArgumentException("%s has no %s".formatted(splits.train().name(), instead));
    }
    return part;
  }

  private DataSpec named(String hint) throws IOException {
    if (data == null) {
      throw new IllegalArgumentException(
          "these weights are not in a run that names its data: set it with --data NAME or --data DIR");
    }
    return Datasets.named(data, hint);
  }
}
