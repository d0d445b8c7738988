package dev.vit4j.train;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Several runs of one recipe in a group folder: with different seeds, the folds of a
 * cross-validation, or the points of a grid of values.
 *
 * <p>The group is {@code OUTPUT/TASK/NAME-KINDn/} with {@code study.json} (the plan), the runs, and
 * {@code summary.csv} and {@code summary.json}. {@link #resume} skips completed runs. The best
 * point of a grid is chosen by validation; only this run is tested.
 */
public final class Study {
  /** File with the plan, which identifies a group folder. */
  static final String PLAN = "study.json";

  private static final String RETRY = "retry";
  private static final String SWEEP = "sweep";
  private static final int MOST_RUNS = 1000;

  /** A planned run: name of its folder and changes to the recipe. */
  record Point(String name, Map<String, String> changes) {}

  private final String kind;
  private final Recipe recipe;
  private final List<Point> points;

  private Study(String kind, Recipe recipe, List<Point> points) {
    if (points.size() < 2 || points.size() > MOST_RUNS) {
      throw new IllegalArgumentException(
          "%s of %d runs: use 2 to %d".formatted(kind, points.size(), MOST_RUNS));
    }
    points.forEach(p -> recipe.with(p.changes())); // rejects invalid values before the first run
    this.kind = kind;
    this.recipe = recipe;
    this.points = List.copyOf(points);
  }

  /** Returns a study with {@code count} consecutive seeds, starting at the recipe's. */
  public static Study seeds(Recipe recipe, int count) {
    return new Study(
        "seeds",
        recipe,
        IntStream.range(0, Math.min(count, MOST_RUNS + 1))
            .mapToObj(i -> Long.toString(recipe.get(RunKeys.SEED) + i))
            .map(seed -> new Point("seed" + seed, Map.of("seed", seed)))
            .toList());
  }

  /** Returns a cross-validation with {@code count} folds. */
  public static Study folds(Recipe recipe, int count) {
    return new Study(
        "folds",
        recipe,
        IntStream.rangeClosed(1, Math.min(count, MOST_RUNS + 1))
            .mapToObj(i -> new Point("fold" + i, Map.of("val_fold", i + "/" + count)))
            .toList());
  }

  /**
   * Returns a grid search: a run for every combination of values.
   *
   * @param grid values by recipe key, as text in a recipe file
   */
  public static Study sweep(Recipe recipe, Map<String, List<String>> grid) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, List<String>> axis : grid.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> changes : all) {
        for (String value : axis.getValue()) {
          Map<String, String> more = new LinkedHashMap<>(changes);
          more.put(axis.getKey(), value);
          longer.add(more);
        }
      }
      if (longer.size() > MOST_RUNS) {
        throw new IllegalArgumentException(
            "sweep of more than %d runs: remove some values".formatted(MOST_RUNS));
      }
      all = longer;
    }
    return new Study(SWEEP, recipe, named(all));
  }

  /** Names runs by their values; adds a number to duplicate names. */
  private static List<Point> named(List<Map<String, String>> all) {
    Set<String> taken = new LinkedHashSet<>();
    List<Point> points = new ArrayList<>();
    for (Map<String, String> changes : all) {
      StringBuilder name = new StringBuilder();
      changes.forEach((k, v) -> name.append(name.isEmpty() ? "" : "_").append(k + "=" + v));
      String plain =
          name.toString().replaceAll("[\\[\\]\\s]+", "").replaceAll("[^A-Za-z0-9.=+_-]+", "-");
      plain = plain.substring(0, Math.min(80, plain.length()));
      String unique = plain;
      for (int n = 2; !taken.add(unique); n++) {
        unique = plain + "-" + n;
      }
      points.add(new Point(unique, changes));
    }
    return points;
  }

  /** Returns whether a folder is a group that {@link #resume} accepts. */
  public static boolean isGroup(Path folder) {
    return Files.isRegularFile(folder.resolve(PLAN));
  }

  /**
   * Trains all runs in a new group folder.
   *
   * @param progress returns the listener of a run, given its name
   * @throws IOException as {@link Trainer#run}
   * @throws IllegalArgumentException as {@link Trainer#run}, or if a grid has no validation split
   */
  public StudyResult run(Function<String, Progress> progress) throws IOException {
    Path group =
        RunFolder.create(
                Path.of(recipe.get(RunKeys.OUTPUT)),
                recipe.get(RunKeys.TASK),
                "%s-%s".formatted(recipe.get(RunKeys.NAME), kind))
            .path();
    Map<String, Object> plan = new LinkedHashMap<>();
    plan.put("kind", kind);
    plan.put("points", points);
    plan.put("recipe", recipe.toYaml());
    AtomicFile.writeString(
        group.resolve(PLAN),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(plan) + "\n");
    return train(group, progress);
  }

  /**
   * Resumes a group that was stopped or killed.
   *
   * @throws IOException as {@link #run}, or if the folder is not a group or its plan is invalid
   */
  public static StudyResult resume(Path group, Function<String, Progress> progress)
      throws IOException {
    Path file = group.resolve(PLAN);
    try {
      JsonNode plan = JsonMapper.shared().readTree(Files.readString(file));
      List<Point> points = new ArrayList<>();
      for (JsonNode point : plan.path("points")) {
        Map<String, String> changes = new LinkedHashMap<>();
        point
            .path("changes")
            .properties()
            .forEach(e -> changes.put(e.getKey(), text(e.getValue())));
        points.add(new Point(folderName(point), changes));
      }
      Recipe recipe = Recipe.parse(file.toString(), text(plan.path("recipe")));
      return new Study(text(plan.path("kind")), recipe, points).train(group, progress);
    } catch (NoSuchFileException e) {
      throw FormatException.unreadable(file, e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new FormatException(
          file.toString(), -1, "is not a valid study plan: " + e.getMessage());
    }
  }

  private static String text(JsonNode node) {
    return node.asString();
  }

  private static String folderName(JsonNode point) throws FormatException {
    String name = text(point.path("name"));
    if (!name.matches("[A-Za-z0-9.=+_-]{1,100}") || name.matches("\\.+")) {
      throw new FormatException(PLAN, -1, "'%s' is not a valid run name".formatted(name));
    }
    return name;
  }

  /** Returns the metric that selects the best run, which may depend on the data. */
  private Metric decides() throws IOException {
    Task task = Tasks.named(recipe.get(RunKeys.TASK));
    return task.metricsDependOnData()
        ? task.with(recipe, task.open(recipe.dataSpec(), note -> {}).train().targets()).decides()
        : task.decides();
  }

  private StudyResult train(Path group, Function<String, Progress> progress) throws IOException {
    boolean choosing = kind.equals(SWEEP);
    Metric decides = decides();
    List<StudyResult.Entry> entries = new ArrayList<>();
    boolean stopped = false;
    for (int i = 0; i < points.size() && !stopped; i++) {
      Point point = points.get(i);
      Path folder = group.resolve(point.name());
      if (!isDone(folder)) {
        String title = "%s (run %d of %d)".formatted(point.name(), i + 1, points.size());
        stopped = trainOne(point, folder, !choosing, progress.apply(title));
      }
      if (!stopped) {
        entries.add(StudyResult.Entry.read(folder, point));
      }
    }
    StudyResult result = new StudyResult(group, kind, decides, entries, choosing, stopped);
    StudyResult.Entry best = result.best();
    if (!stopped && best != null && Double.isNaN(best.test(decides.key()))) {
      Trainer.resume(best.folder(), true, progress.apply(best.name() + " (best run, test)"));
      result = result.reread();
    }
    result.write();
    return result;
  }

  /** Returns whether a run has its result; one that failed for its files or values is repeated. */
  private static boolean isDone(Path folder) throws IOException {
    Path result = folder.resolve(RunFolder.RESULT);
    return Files.exists(result)
        && !JsonMapper.shared().readTree(Files.readString(result)).path(RETRY).asBoolean(false);
  }

  /**
   * Returns true if the run was stopped. A failure is recorded, and the study continues; a resumed
   * study repeats the run unless its loss was not finite.
   */
  private boolean trainOne(Point point, Path folder, boolean test, Progress progress)
      throws IOException {
    try {
      Run run =
          Files.exists(folder.resolve(RunFolder.RECIPE))
              ? Trainer.resume(folder, test, progress)
              : Trainer.run(recipe.with(point.changes()), folder, test, progress);
      return run.stopped();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (NonFiniteLossException | IOException | IllegalArgumentException e) {
      progress.remark(point.name() + ": " + e.getMessage());
      Files.createDirectories(folder);
      RunFolder.at(folder)
          .writeJson(
              RunFolder.RESULT,
              Map.of("error", "" + e.getMessage(), RETRY, !(e instanceof NonFiniteLossException)));
      return false;
    }
  }
}
