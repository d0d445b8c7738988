package dev.vit4j.train;

import dev.vit4j.data.UnreadableSampleException;
import dev.vit4j.distributed.RankFailureException;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Count;
import dev.vit4j.format.ShellWord;
import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Task;
import dev.vit4j.view.CurvePlot;
import dev.vit4j.view.Curves;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;

/**
 * Folder of a run: {@code runs/TASK/NAMEn/} with {@code recipe.yaml}, {@code environment.json},
 * {@code log.csv}, {@code log.jsonl}, {@code curves.png}, {@code batch.png}, {@code weights/best}
 * and {@code weights/last}, event files for TensorBoard, and at the end {@code confusion.png},
 * {@code mistakes.png}, {@code report.html} and {@code result.json}. Files are replaced atomically,
 * except the event files, which are appended to.
 */
public final class RunFolder {
  /** Recipe with all values. */
  public static final String RECIPE = "recipe.yaml";

  static final String ENVIRONMENT = "environment.json";
  static final String RESULT = "result.json";
  static final String LOG = "log.csv";

  private static final int MAX_RUNS = 1_000_000;

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /** Creates the folder of a new run on rank 0; the others learn its path. */
  static RunFolder create(Recipe recipe, Ranks ranks) throws IOException {
    Path output = Path.of(recipe.get(RunKeys.OUTPUT));
    String path =
        ranks.isFirst()
            ? create(output, recipe.get(RunKeys.TASK), recipe.get(RunKeys.NAME)).path().toString()
            : "";
    return new RunFolder(Path.of(ranks.fromFirst(path)));
  }

  /** Creates a new folder, numbered with the first free number. */
  static RunFolder create(Path output, String task, String name) throws IOException {
    Path parent = output.resolve(task);
    try {
      Files.createDirectories(parent);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(e.getFile() + " is a file: choose another --output", e);
    } catch (IOException e) {
      throw new IOException(parent + " cannot be created: choose another --output", e);
    }
    Path path = next(parent, name);
    while (!tryCreate(path)) {
      path = next(parent, name);
    }
    return new RunFolder(path);
  }

  /**
   * Returns the first of {@code NAME1}, {@code NAME2} and so on that does not exist.
   *
   * @param parent parent folder, which may not exist
   */
  public static Path next(Path parent, String name) throws IOException {
    for (int n = 1; n < MAX_RUNS; n++) {
      Path path = parent.resolve(name + n);
      if (!Files.exists(path)) {
        return path;
      }
    }
    throw new IOException("no free number for " + parent.resolve(name));
  }

  /** Creates a folder; returns false if another run has just created it. */
  private static boolean tryCreate(Path path) throws IOException {
    try {
      Files.createDirectory(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Returns the folder of a run within a group; creates it if it does not exist. */
  static RunFolder at(Path path) throws IOException {
    Files.createDirectories(path);
    return new RunFolder(path);
  }

  /** Returns the folder of an existing run, which only rank 0 needs to have. */
  static RunFolder existing(Path path, Ranks ranks) throws IOException {
    if (ranks.isFirst() && !Files.isRegularFile(path.resolve(RECIPE))) {
      throw new IOException(path + " is not a run: it has no " + RECIPE);
    }
    return new RunFolder(path);
  }

  Path path() {
    return path;
  }

  /** Returns the recipe, read by rank 0. */
  Recipe recipe(Ranks ranks) throws IOException {
    Path file = path.resolve(RECIPE);
    if (ranks.size() == 1) {
      return Recipe.load(file);
    }
    String own = ranks.isFirst() ? Recipe.load(file).toYaml() : "";
    return Recipe.parse(file.toString(), ranks.fromFirst(own));
  }

  /** Returns the folder of a run's best weights. */
  public static Path best(Path run) {
    return run.resolve(ModelSource.BEST);
  }

  /** Returns the folder of a run's last weights. */
  public static Path last(Path run) {
    return run.resolve(ModelSource.LAST);
  }

  /**
   * Returns the run that contains a model. The path is the run's folder, its {@code weights/best}
   * or {@code weights/last}, or the file in one of these.
   */
  public static Optional<Path> of(Path model) {
    Path path = model.toAbsolutePath().normalize();
    for (int up = 0; up <= 3 && path != null; up++, path = path.getParent()) {
      if (Files.isRegularFile(path.resolve(RECIPE))) {
        return Optional.of(up == 0 ? model : path);
      }
    }
    return Optional.empty();
  }

  /** Adds to the failure of a run what is kept and how to continue. */
  static IOException advised(UnreadableSampleException e, Path run, int epochs) {
    String kept = epochs == 0 ? "the run" : "the weights of " + Count.of(epochs, "epoch");
    return new IOException(
        "%s; %s can be continued: replace the file (vit data verify finds all), then vit train --resume %s"
            .formatted(e.getMessage(), kept, ShellWord.of(run)),
        e);
  }

  /** Adds to a failure of some rank how to continue. */
  static RankFailureException advised(RankFailureException e, Path run) {
    return new RankFailureException(
        "%s; continue with vit train --resume %s".formatted(e.getMessage(), ShellWord.of(run)), e);
  }

  void writeJson(String name, Object value) throws IOException {
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value);
    AtomicFile.writeString(path.resolve(name), json + "\n");
  }

  void writeText(String name, String text) throws IOException {
    AtomicFile.writeString(path.resolve(name), text);
  }

  /** Deletes the folder of a training that was refused before its first step. */
  void removeUntrained() throws IOException {
    boolean begun = Files.exists(last(path).resolve(Checkpoint.FILE));
    if (begun && Checkpoint.load(last(path), Map.of()).step > 0) {
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(path)) {
      files = all.sorted(Comparator.reverseOrder()).toList(); // files before their folder
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  /** Returns whether the folder has neither a checkpoint nor weights. */
  boolean isUntrained() {
    return !Files.exists(last(path).resolve(Checkpoint.FILE))
        && !Files.exists(best(path).resolve(WeightsFolder.WEIGHTS))
        && !Files.exists(path.resolve(LOG));
  }

  /** Rewrites both logs, so that they have no duplicate or partial rows after a resume. */
  void writeLogs(List<EpochRow> rows, Task task) throws IOException {
    String csv =
        rows.stream()
            .map(r -> join(r.toMap(task).values()))
            .collect(
                Collectors.joining("\n", String.join(",", EpochRow.columns(task)) + "\n", "\n"));
    AtomicFile.writeString(path.resolve(LOG), csv);
    String jsonl =
        rows.stream()
            .map(r -> JsonMapper.shared().writeValueAsString(finite(r.toMap(task))) + "\n")
            .collect(Collectors.joining());
    AtomicFile.writeString(path.resolve("log.jsonl"), jsonl);
  }

  private static String join(Iterable<Double> values) {
    StringBuilder line = new StringBuilder();
    for (double v : values) {
      line.append(line.isEmpty() ? "" : ",").append(v == Math.rint(v) ? "" + (long) v : "" + v);
    }
    return line.toString();
  }

  // Columns with NaN are omitted, since JSON has no NaN.
  private static Map<String, Double> finite(Map<String, Double> row) {
    row.values().removeIf(v -> !Double.isFinite(v));
    return row;
  }

  BufferedImage writeCurves(List<EpochRow> rows, Task task) throws IOException {
    BufferedImage picture = CurvePlot.draw(curves(rows, task));
    writePicture("curves.png", picture);
    return picture;
  }

  /** Puts the deciding metric first and training-only metrics last. */
  private static Curves curves(List<EpochRow> rows, Task task) {
    Set<Metric> metrics = new LinkedHashSet<>(task.valMetrics());
    metrics.addAll(task.trainMetrics());
    List<Curves.Score> scores = new ArrayList<>();
    for (Metric m : metrics) {
      scores.add(
          new Curves.Score(
              m.title(),
              m.unit() == Metric.Unit.PERCENT,
              column(rows, r -> m.plain(r.train(m.key()))),
              column(rows, r -> m.plain(r.val(m.key())))));
    }
    return new Curves(
        column(rows, EpochRow::epoch),
        column(rows, r -> r.train(Metric.LOSS.key())),
        column(rows, r -> r.val(Metric.LOSS.key())),
        scores,
        column(rows, EpochRow::lr));
  }

  private static List<Double> column(List<EpochRow> rows, ToDoubleFunction<EpochRow> value) {
    return rows.stream().mapToDouble(value).boxed().toList();
  }

  void writePicture(String name, BufferedImage picture) throws IOException {
    AtomicFile.write(path.resolve(name), out -> ImageIO.write(picture, "png", out));
  }
}
