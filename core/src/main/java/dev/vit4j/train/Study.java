package dev.vit4j.train;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.catalog.Tasks;
import java.io.IOException;
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
 * Several trainings that are read together, each a run of its own in one group folder: one recipe
 * with several seeds, the folds of a cross-validation, or the points of a grid of values.
 *
 * <p>The group is {@code OUTPUT/TASK/NAME-KINDn/} with {@code study.json} (the plan), the runs, and
 * {@code summary.csv} and {@code summary.json}. Finished runs are not trained again by {@link
 * #resume}. A grid's best point is chosen by validation; it alone is tested, once.
 */
public final class Study {
  /** The plan, which makes a folder a group. */
  static final String PLAN = "study.json";

  private static final String SWEEP = "sweep";
  private static final int MOST_RUNS = 1000;

  /** One run to be: its folder's name and what it changes in the recipe. */
  record Point(String name, Map<String, String> changes) {}

  private final String kind;
  private final Recipe recipe;
  private final List<Point> points;

  private Study(String kind, Recipe recipe, List<Point> points) {
    if (points.size() < 2 || points.size() > MOST_RUNS) {
      throw new IllegalArgumentException(
          "%s of %d runs: give 2 to %d".formatted(kind, points.size(), MOST_RUNS));
    }
    points.forEach(p -> recipe.with(p.changes())); // refuses bad values before the first run
    this.kind = kind;
    this.recipe = recipe;
    this.points = List.copyOf(points);
  }

  /** The same training with {@code count} seeds, from the recipe's on. */
  public static Study seeds(Recipe recipe, int count) {
    return new Study(
        "seeds",
        recipe,
        IntStream.range(0, Math.min(count, MOST_RUNS + 1))
            .mapToObj(i -> Long.toString(recipe.get(RunKeys.SEED) + i))
            .map(seed -> new Point("seed" + seed, Map.of("seed", seed)))
            .toList());
  }

  /** A cross-validation: {@code count} trainings, each validated on another part. */
  public static Study folds(Recipe recipe, int count) {
    return new Study(
        "folds",
        recipe,
        IntStream.rangeClosed(1, Math.min(count, MOST_RUNS + 1))
            .mapToObj(i -> new Point("fold" + i, Map.of("val_fold", i + "/" + count)))
            .toList());
  }

  /**
   * A grid: a training for every choice of one value of each key.
   *
   * @param grid values by recipe key, as text that would stand in a file
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
            "a sweep of more than %d runs: leave out some values".formatted(MOST_RUNS));
      }
      all = longer;
    }
    return new Study(SWEEP, recipe, named(all));
  }

  /** Names say the values, as far as a folder's name can; a number where two would be the same. */
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

  /** Whether a folder is a group that {@link #resume} goes on with. */
  public static boolean isGroup(Path folder) {
    return Files.isRegularFile(folder.resolve(PLAN));
  }

  /**
   * Trains all, into a new group folder.
   *
   * @param progress hears a run, by its name
   * @throws IOException as {@link Trainer#run}
   * @throws IllegalArgumentException as {@link Trainer#run}, or if a grid has no validation to
   *     choose by
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
   * Goes on with a group that was stopped or killed.
   *
   * @throws IOException as {@link #run}, or if the folder is no group or its plan is broken
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
      throw new FormatException(file.toString(), -1, "is not a plan of runs: " + e.getMessage());
    }
  }

  private static String text(JsonNode node) {
    return node.asString();
  }

  private static String folderName(JsonNode point) throws FormatException {
    String name = text(point.path("name"));
    if (!name.matches("[A-Za-z0-9.=+_-]{1,100}") || name.matches("\\.+")) {
      throw new FormatException(PLAN, -1, "'%s' is not the name of a run".formatted(name));
    }
    return name;
  }

  private StudyResult train(Path group, Function<String, Progress> progress) throws IOException {
    boolean choosing = kind.equals(SWEEP);
    Metric decides = Tasks.named(recipe.get(RunKeys.TASK)).decides();
    List<StudyResult.Entry> entries = new ArrayList<>();
    boolean stopped = false;
    for (int i = 0; i < points.size() && !stopped; i++) {
      Point point = points.get(i);
      Path folder = group.resolve(point.name());
      if (!Files.exists(folder.resolve(RunFolder.RESULT))) {
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
      Trainer.resume(best.folder(), true, progress.apply(best.name() + " (the best: its test)"));
      result = result.reread();
    }
    result.write();
    return result;
  }

  /** True if it was stopped. A loss that breaks is a result too: the others go on. */
  private boolean trainOne(Point point, Path folder, boolean test, Progress progress)
      throws IOException {
    try {
      Run run =
          Files.exists(folder.resolve(RunFolder.RECIPE))
              ? Trainer.resume(folder, test, progress)
              : Trainer.run(recipe.with(point.changes()), folder, test, progress);
      return run.stopped();
    } catch (NonFiniteLossException e) {
      progress.stage(point.name() + ": " + e.getMessage());
      RunFolder.at(folder).writeJson(RunFolder.RESULT, Map.of("error", "" + e.getMessage()));
      return false;
    }
  }
}
