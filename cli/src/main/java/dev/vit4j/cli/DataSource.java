package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.UserPath;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Arguments for a data set and the location of its files. */
final class DataSource {
  @Parameters(
      index = "0",
      paramLabel = "NAME|PATH",
      description = "Data set name (see vit data list), folder, or zip, tar or tar.gz file.")
  String name = "";

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Folder or archive with its files (default: the cache folder).")
  @Nullable Path dir;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      arity = "1..*",
      description = "Recipe keys for the data, such as task, train_list or test_split.")
  List<String> set = List.of();

  /** Opens the data set for the task of {@code --set task=NAME}, by default classification. */
  Splits open(Output output) throws IOException {
    Recipe recipe = recipe();
    Splits splits = Tasks.named(recipe.get(RunKeys.TASK)).open(recipe.dataSpec(), output::note);
    splits.remarks().forEach(output::remark);
    return splits;
  }

  /** Opens a split, see {@link DataOptions#choose}. */
  Dataset open(String split, Output output) throws IOException {
    Recipe recipe = recipe();
    Task task = Tasks.named(recipe.get(RunKeys.TASK));
    return DataOptions.choose(recipe.dataSpec(), split, split, task::open, output).part();
  }

  private Recipe recipe() throws IOException {
    Map<String, Object> changes = new LinkedHashMap<>();
    changes.put("data", name);
    if (dir != null) {
      changes.put("data_dir", RecipeFlags.folder(dir.toString()));
    } else if (!Datasets.names().contains(name) && Files.exists(UserPath.of(name))) {
      List<String> fitting = Datasets.namesOf(UserPath.of(name));
      changes.put("data", fitting.isEmpty() ? Datasets.FOLDER : fitting.get(0));
      changes.put("data_dir", RecipeFlags.folder(name));
    } else if (!Datasets.names().contains(name)) {
      throw new IllegalArgumentException(
          "%s: no such folder or archive, and no data set of this name: give a path or one of %s"
              .formatted(name, String.join(", ", Datasets.names())));
    }
    set.forEach(pair -> RecipeFlags.set(changes, pair));
    return Recipe.parse("data", "").with(changes);
  }

  /** Returns the data set name, or the file name of a path. */
  String title() {
    Path file = Path.of(name).normalize().getFileName();
    return file == null || file.toString().isEmpty() ? "data" : file.toString();
  }

  /** Returns the folder of the files, which is also the download folder. */
  Path folder() {
    return dir == null ? Datasets.folder(name) : dir;
  }
}
