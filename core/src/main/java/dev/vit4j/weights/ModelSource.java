package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFolder;
import dev.vit4j.format.UserPath;
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
 * Opens models by what users name: the folder of a run (its best weights), a weights folder or file
 * of vit4j or another library, downloaded {@link Published} weights, or a name in the catalog for
 * random weights.
 */
public final class ModelSource {
  /** Folder of the best weights in a run. */
  public static final String BEST = "weights/best";

  /** Folder of the last weights in a run. */
  public static final String LAST = "weights/last";

  /** Extensions of files that are neither weights nor published names. */
  private static final Pattern OTHER_FILE = Pattern.compile("\\.(tar|json|ya?ml)$");

  private static final int SMALL = 32; // pixels, as CIFAR's
  private static final double VIT_CROP_PCT = 0.9;

  private ModelSource() {}

  /**
   * Opens a trained model.
   *
   * @param path a run, weights folder or weights file
   * @throws IOException if a file is missing or broken
   */
  public static WeightsFolder.Loaded open(Path path) throws IOException {
    return open(path, Map.of(), line -> {});
  }

  /**
   * Opens a trained model.
   *
   * @param path a run, weights folder or weights file
   * @param args arguments for another library's weights, see {@link ForeignWeights}
   * @param report receives notes about another library's weights
   * @throws IOException if a file is missing or broken
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
          "%s is a trained model: %s cannot be set"
              .formatted(path, String.join(", ", args.keySet())));
    }
    return WeightsFolder.open(place, config);
  }

  /**
   * Opens a trained model to initialize another one from. Arguments that another library's weights
   * do not contain are taken from that model.
   *
   * @param model model to initialize
   * @param path see {@link #open}
   * @param report see {@link #open}
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

  /** Like {@link #openOrCreate(String, Map, long, Consumer)} without notes. */
  public static WeightsFolder.Loaded openOrCreate(String model, Map<String, ?> args, long seed)
      throws IOException {
    return openOrCreate(model, args, seed, line -> {});
  }

  /**
   * Opens a trained model, or creates one of the catalog with random weights.
   *
   * @param model a path as in {@link #open}, or a name in {@link Models}
   * @param args constructor arguments of a new model, or arguments for {@link ForeignWeights}
   * @param report see {@link #open}
   */
  public static WeightsFolder.Loaded openOrCreate(
      String model, Map<String, ?> args, long seed, Consumer<String> report) throws IOException {
    if (isTrained(model)) {
      return open(find(model), args, report);
    }
    requireName(model);
    return create(model, args, seed);
  }

  /**
   * Creates a model of the catalog with random weights.
   *
   * @param model name in {@link Models}
   * @param args constructor arguments
   */
  public static WeightsFolder.Loaded create(String model, Map<String, ?> args, long seed) {
    Model fresh = Models.create(model, args, Init.seeded(seed));
    fresh.train(false);
    return new WeightsFolder.Loaded(fresh, preprocessOf(fresh), List.of());
  }

  /**
   * Returns whether a name refers to trained weights, downloaded or not, and not to a model of the
   * catalog.
   */
  public static boolean isTrained(String model) {
    return isFile(model) || published(model).isPresent();
  }

  /**
   * Returns the path of a model: the path itself, or the location of downloaded published weights.
   * Never downloads.
   *
   * @param model a path, or a name as in {@link Published}; existing paths take precedence
   * @throws IOException if published weights have not been downloaded
   */
  public static Path find(String model) throws IOException {
    Optional<Published> published = published(model);
    return isFile(model) || published.isEmpty()
        ? UserPath.of(model)
        : published.get().require(HubSettings.ofMachine());
  }

  /** Parses a published name; a path in an existing folder is considered a mistyped path. */
  private static Optional<Published> published(String model) {
    int slash = model.indexOf('/');
    boolean path = slash >= 0 && isFile(model.substring(0, Math.max(1, slash)));
    return path || TensorFolder.isWeights(model) || OTHER_FILE.matcher(model).find()
        ? Optional.empty()
        : Published.parse(model);
  }

  private static boolean isFile(String model) {
    try {
      return Files.exists(UserPath.of(model));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * timm's preprocessing for Vision Transformers: pixels to -1 … 1; small images are not cropped.
   */
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
          "no model '%s': use a run, a weights folder or file, a name in `vit models`, or ORG/NAME of the Hugging Face Hub"
              .formatted(model));
    }
  }

  /** Returns the weights folder in a run, or the folder itself. */
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
          "this run has no best weights before the end of the first epoch: use " + last);
    }
    return folder;
  }
}
