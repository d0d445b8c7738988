package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFolder;
import dev.vit4j.hub.HubSettings;
import dev.vit4j.hub.Published;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What users name when they name a model: the folder of a run (its best weights are meant), a
 * weights folder or file, ours or another library's, {@link Published} weights that have been
 * fetched, or, where fresh weights will do, a name of the catalog.
 */
public final class ModelSource {
  /** Where a run keeps the weights of its best epoch. */
  public static final String BEST = "weights/best";

  /** Where a run keeps its last state. */
  public static final String LAST = "weights/last";

  /** Files that are no weights, but no published names either. */
  private static final Pattern OTHER_FILE = Pattern.compile("\\.(tar|json|ya?ml)$");

  private static final int SMALL = 32; // pixels, as CIFAR's
  private static final double VIT_CROP_PCT = 0.9;

  private ModelSource() {}

  /**
   * Opens a trained model.
   *
   * @param path a run, a weights folder or a weights file
   * @throws IOException in one line that says what is missing or broken
   */
  public static WeightsFolder.Loaded open(Path path) throws IOException {
    return open(path, Map.of(), line -> {});
  }

  /**
   * Opens a trained model.
   *
   * @param path a run, a weights folder or a weights file
   * @param args what the user says of another library's weights, as for {@link ForeignWeights}
   * @param report gets a few lines about another library's weights, none about our own
   * @throws IOException in one line that says what is missing or broken
   */
  public static WeightsFolder.Loaded open(Path path, Map<String, ?> args, Consumer<String> report)
      throws IOException {
    WeightsPlace place = place(path);
    return open(path, place, ConfigJson.treeOrMissing(place.config()), args, report);
  }

  private static WeightsFolder.Loaded open(
      Path path, WeightsPlace place, JsonNode config, Map<String, ?> args, Consumer<String> report)
      throws IOException {
    if (!ConfigJson.isOurs(config)) {
      return ForeignWeights.open(place, config, args, report);
    }
    if (!args.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is a trained model: its shape is fixed, %s cannot be set"
              .formatted(path, args.keySet()));
    }
    return WeightsFolder.open(place, config);
  }

  /**
   * Opens a trained model whose weights another is to begin with: what another library's weights do
   * not tell is taken from that one.
   *
   * @param model that will get the weights
   * @param path as for {@link #open}
   * @param report as for {@link #open}
   */
  public static WeightsFolder.Loaded openFor(Model model, Path path, Consumer<String> report)
      throws IOException {
    Object heads = model.args().get("num_heads");
    WeightsPlace place = place(path);
    JsonNode config = ConfigJson.treeOrMissing(place.config());
    boolean told = heads != null && !ConfigJson.isOurs(config);
    return open(path, place, config, told ? Map.of("num_heads", heads) : Map.of(), report);
  }

  private static WeightsPlace place(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new FormatException(path.toString(), -1, "no such run, weights folder or weights file");
    }
    return WeightsPlace.of(Files.isDirectory(path) ? folder(path) : path);
  }

  /** As {@link #openOrCreate(String, Map, long, Consumer)}, telling nobody what was found. */
  public static WeightsFolder.Loaded openOrCreate(String model, Map<String, ?> args, long seed)
      throws IOException {
    return openOrCreate(model, args, seed, line -> {});
  }

  /**
   * Opens a trained model, or builds one of the catalog with fresh weights from a seed.
   *
   * @param model a path as for {@link #open}, or a name of {@link Models}
   * @param args constructor words for a fresh model, or what {@link ForeignWeights} may be told
   * @param report as for {@link #open}
   */
  public static WeightsFolder.Loaded openOrCreate(
      String model, Map<String, ?> args, long seed, Consumer<String> report) throws IOException {
    if (isTrained(model)) {
      return open(find(model), args, report);
    }
    requireName(model);
    Model fresh = Models.create(model, args, Init.seeded(seed));
    fresh.train(false);
    return new WeightsFolder.Loaded(fresh, preprocessOf(fresh), List.of());
  }

  /**
   * Whether a model's word means weights, on this machine or not, rather than a name of the
   * catalog.
   */
  public static boolean isTrained(String model) {
    return isFile(model) || published(model).isPresent();
  }

  /**
   * The path that a model's word means: the path itself, or where published weights lie on this
   * machine. Nothing is ever downloaded.
   *
   * @param model a path, or a name as {@link Published} reads it; a path that exists wins
   * @throws IOException in one line, if published weights are not on this machine
   */
  public static Path find(String model) throws IOException {
    Optional<Published> published = published(model);
    return isFile(model) || published.isEmpty()
        ? Path.of(model)
        : published.get().require(HubSettings.ofMachine());
  }

  /** What a word means as a name; a path below a folder that exists is a mistyped path. */
  private static Optional<Published> published(String model) {
    int slash = model.indexOf('/');
    boolean path = slash >= 0 && isFile(model.substring(0, Math.max(1, slash)));
    return path || TensorFolder.isWeights(model) || OTHER_FILE.matcher(model).find()
        ? Optional.empty()
        : Published.parse(model);
  }

  private static boolean isFile(String model) {
    try {
      return Files.exists(Path.of(model));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** timm's preprocess for Vision Transformers: pixels to -1 … 1; small images are seen whole. */
  private static Preprocess preprocessOf(Model model) {
    List<Double> half = Collections.nCopies(model.channels(), 0.5);
    boolean small = Math.max(model.height(), model.width()) <= SMALL;
    return new Preprocess(
        model.channels(),
        model.height(),
        model.width(),
        "bicubic",
        small ? 1.0 : VIT_CROP_PCT,
        small ? "squash" : "center",
        half,
        half,
        "none");
  }

  private static void requireName(String model) {
    if (!Models.names().contains(model)) {
      throw new IllegalArgumentException(
          "no model '%s': neither a run, a weights folder or a weights file, nor a name that `vit models` lists, nor one of the Hub's (ORG/NAME)"
              .formatted(model));
    }
  }

  /** The weights folder that a folder is or holds. */
  private static Path folder(Path folder) throws IOException {
    Path best = folder.resolve(BEST);
    if (Files.isRegularFile(best.resolve(WeightsFolder.WEIGHTS))) {
      return best;
    }
    Path last = folder.resolve(LAST);
    if (Files.isRegularFile(last.resolve(WeightsFolder.WEIGHTS))) {
      throw new FormatException(
          folder.toString(),
          -1,
          "this run has no best weights yet, its first epoch is not done: use " + last);
    }
    return folder;
  }
}
