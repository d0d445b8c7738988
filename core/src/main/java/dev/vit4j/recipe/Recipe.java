package dev.vit4j.recipe;

import dev.vit4j.data.source.CaptionColumns;
import dev.vit4j.data.source.DataLists;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.format.FormatException;
import dev.vit4j.hub.Pretrained;
import dev.vit4j.hub.Published;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a training, with key names as in timm and torchvision. Immutable and validated;
 * keys that a file leaves out have their default. {@link #help} lists the keys; the classes such as
 * {@link OptimizerKeys} declare them, and {@link #get} reads them: {@code
 * recipe.get(OptimizerKeys.LR)}.
 */
public final class Recipe {
  private final Map<String, @Nullable Object> values;

  /** Takes a validated value for every key, in the order of {@link RecipeKeys}. */
  Recipe(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(values);
    RecipeRules.check(this);
  }

  /**
   * Reads a recipe from a YAML file.
   *
   * @throws FormatException if the file cannot be read, is not YAML, or has an unknown key or a
   *     value out of range
   */
  public static Recipe load(Path file) throws IOException {
    return RecipeReader.load(file);
  }

  /**
   * Returns a built-in recipe.
   *
   * @throws IllegalArgumentException if there is no recipe of this name
   */
  public static Recipe named(String name) {
    return RecipeReader.named(name);
  }

  /**
   * Returns the header comment of a built-in recipe: source, command, expected and measured
   * results; each line starts with #.
   *
   * @throws IllegalArgumentException if there is no recipe of this name
   */
  public static String about(String name) {
    return RecipeReader.about(name);
  }

  /** Returns the names of the built-in recipes. */
  public static List<String> names() {
    return RecipeReader.SHIPPED;
  }

  /**
   * Parses a recipe from YAML text.
   *
   * @param source name used in messages; its last component without the extension is the default
   *     for {@code name}
   * @throws FormatException as {@link #load}
   */
  public static Recipe parse(String source, String yaml) throws FormatException {
    return RecipeReader.parse(source, yaml);
  }

  /**
   * Returns this recipe with one value changed; the value is validated as in a file.
   *
   * @param key name of the key; {@code model_args.NAME} changes one entry of a map
   * @param value a value of the key's type, or a word as on the command line: a text is taken as it
   *     is, numbers are read, a list has its commas, with or without brackets
   * @throws IllegalArgumentException naming key, value and range
   */
  public Recipe with(String key, @Nullable Object value) {
    Map<String, @Nullable Object> one = new LinkedHashMap<>();
    one.put(key, value);
    return with(one);
  }

  /**
   * Returns this recipe with several values changed; only the result is validated. If {@code
   * epochs} becomes less than {@code warmup_epochs}, which is not changed, the warm-up is shortened
   * to all epochs.
   */
  public Recipe with(Map<String, ? extends @Nullable Object> changes) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(values);
    String model = ModelKeys.MODEL.name(); // first, since it may remove arguments of the old model
    if (changes.containsKey(model)) {
      RecipeChange.apply(changed, model, changes.get(model));
    }
    changes.forEach((key, value) -> RecipeChange.apply(changed, key, value));
    String epochs = OptimizerKeys.EPOCHS.name();
    String warmup = ScheduleKeys.WARMUP_EPOCHS.name();
    if (changes.containsKey(epochs)
        && !changes.containsKey(warmup)
        && changed.get(epochs) instanceof Integer shorter
        && changed.get(warmup) instanceof Integer before
        && before > shorter) {
      changed.put(warmup, shorter); // a quick experiment with a recipe for many epochs
    }
    return new Recipe(changed);
  }

  /** Returns this recipe without initial weights. */
  public Recipe fromScratch() {
    return with(
        Map.of(
            ModelKeys.MODEL.name(),
            model(),
            ModelKeys.PRETRAINED.name(),
            false,
            ModelKeys.INIT.name(),
            "none"));
  }

  /** Returns all values as YAML, one line each; {@link #parse} returns an equal recipe. */
  public String toYaml() {
    StringBuilder yaml = new StringBuilder();
    values.forEach(
        (key, value) -> yaml.append(key).append(": ").append(RecipeYaml.print(value)).append('\n'));
    return yaml.toString();
  }

  /** Returns a text that lists every key with its meaning, default and allowed values. */
  public static String help() {
    StringBuilder help = new StringBuilder();
    for (RecipeKey<?> key : RecipeKeys.all()) {
      help.append(
          "%-20s %s [%s]%n%20s %s%n"
              .formatted(
                  key.name(), key.meaning(), RecipeYaml.print(key.standard()), "", key.allowed()));
    }
    return help.toString();
  }

  /**
   * Returns the data set that {@code data}, {@code data_dir}, {@code test_split} and the list keys
   * select. The test split does not depend on the seed.
   */
  public DataSpec dataSpec() {
    DataLists lists =
        new DataLists(
            find(DataKeys.TRAIN_LIST).orElse(null),
            find(DataKeys.VAL_LIST).orElse(null),
            find(DataKeys.TEST_LIST).orElse(null),
            find(DataKeys.TRAIN_DIR).orElse(null),
            find(DataKeys.VAL_DIR).orElse(null),
            find(DataKeys.TEST_DIR).orElse(null),
            find(DataKeys.CLASSES_FILE).orElse(null),
            get(DataKeys.CLASS_PREFIXES));
    CaptionColumns columns =
        new CaptionColumns(
            find(DataKeys.CSV_IMG_KEY).orElse(null),
            find(DataKeys.CSV_CAPTION_KEY).orElse(null),
            find(DataKeys.CSV_SEPARATOR).orElse(null));
    Path dir = find(DataKeys.DATA_DIR).map(Path::of).orElse(null);
    return new DataSpec(
        get(DataKeys.DATA),
        dir,
        get(DataKeys.TEST_SPLIT),
        DataSpec.TEST_SEED,
        lists,
        columns,
        get(DataKeys.TEST_SET));
  }

  /**
   * Returns the model's name in the catalog: {@code model} without the tag of published weights.
   */
  public String model() {
    return Pretrained.architecture(get(ModelKeys.MODEL));
  }

  /** Returns the published weights to initialize the model from, if {@code pretrained} is set. */
  public Optional<Published> pretrained() {
    return get(ModelKeys.PRETRAINED)
        ? Optional.of(Pretrained.named(get(ModelKeys.MODEL)))
        : Optional.empty();
  }

  /** Returns {@code eps}, by default 1e-6 for lamb and lambc and 1e-8 for the others. */
  public double eps() {
    return find(OptimizerKeys.EPS).orElse(get(OptimizerKeys.OPT).startsWith("lamb") ? 1e-6 : 1e-8);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Recipe r && values.equals(r.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return get(RunKeys.NAME) + " (" + model() + " on " + get(DataKeys.DATA) + ")";
  }

  /**
   * Returns the value of a key that is never none.
   *
   * @throws IllegalStateException if the value is none; use {@link #find} for optional keys
   */
  public <T> T get(RecipeKey<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(key.name() + " has no value"));
  }

  /** Returns the value of a key, or empty for none. */
  @SuppressWarnings("unchecked") // only read(), of the same key, puts values in
  public <T> Optional<T> find(RecipeKey<T> key) {
    return Optional.ofNullable((T) values.get(key.name()));
  }
}
