package dev.vit4j.recipe;

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
 * Everything that a training depends on, under timm's and torchvision's names: immutable, checked
 * and complete, since keys that a file leaves out have a default. {@link #help} lists the keys; the
 * classes such as {@link OptimizerKeys} declare them, and {@link #get} reads them: {@code
 * recipe.get(OptimizerKeys.LR)}.
 */
public final class Recipe {
  private final Map<String, @Nullable Object> values;

  /** Takes a checked value for every key, in the table's order. */
  Recipe(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(values);
    RecipeRules.check(this);
  }

  /**
   * Reads a file.
   *
   * @throws FormatException if it cannot be read, is no YAML, or has an unknown key or a value out
   *     of range
   */
  public static Recipe load(Path file) throws IOException {
    return RecipeReader.load(file);
  }

  /**
   * A recipe that comes with the library.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Recipe named(String name) {
    return RecipeReader.named(name);
  }

  /**
   * What a recipe that comes with the library says of itself: source, command, what to expect, what
   * was measured; lines that begin with #.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static String about(String name) {
    return RecipeReader.about(name);
  }

  /** The recipes that come with the library. */
  public static List<String> names() {
    return RecipeReader.SHIPPED;
  }

  /**
   * Reads YAML.
   *
   * @param source what messages call it; its last part without the ending is the default name
   * @throws FormatException as {@link #load}
   */
  public static Recipe parse(String source, String yaml) throws FormatException {
    return RecipeReader.parse(source, yaml);
  }

  /**
   * This recipe with one value changed, checked as in a file.
   *
   * @param key its name; {@code model_args.WORD} changes one word of a map
   * @param value of the key's type, or text as it would stand in a file; lists also without their
   *     brackets: {@code 30,60}
   * @throws IllegalArgumentException naming key, value and range
   */
  public Recipe with(String key, @Nullable Object value) {
    Map<String, @Nullable Object> one = new LinkedHashMap<>();
    one.put(key, value);
    return with(one);
  }

  /** This recipe with several values changed, and checked only when all of them are. */
  public Recipe with(Map<String, ? extends @Nullable Object> changes) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(values);
    String model = ModelKeys.MODEL.name(); // first: words for the old one may go with it
    if (changes.containsKey(model)) {
      RecipeChange.apply(changed, model, changes.get(model));
    }
    changes.forEach((key, value) -> RecipeChange.apply(changed, key, value));
    return new Recipe(changed);
  }

  /** This recipe without any weights to begin with. */
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

  /** All values, one line each, in a fixed order: {@link #parse} gives an equal recipe back. */
  public String toYaml() {
    StringBuilder yaml = new StringBuilder();
    values.forEach(
        (key, value) -> yaml.append(key).append(": ").append(RecipeYaml.print(value)).append('\n'));
    return yaml.toString();
  }

  /** The words of a recipe: default, allowed values and meaning, for people. */
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
   * What {@code data}, {@code data_dir}, {@code test_split}, the lists and their folders say about
   * the data. The seed does not change the test set.
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
    Path dir = find(DataKeys.DATA_DIR).map(Path::of).orElse(null);
    return new DataSpec(
        get(DataKeys.DATA), dir, get(DataKeys.TEST_SPLIT), DataSpec.TEST_SEED, lists);
  }

  /** The name of the model in the catalogue: {@code model} without the tag of published weights. */
  public String model() {
    return Pretrained.architecture(get(ModelKeys.MODEL));
  }

  /** The published weights to initialise the model from, if {@code pretrained} is set. */
  public Optional<Published> pretrained() {
    return get(ModelKeys.PRETRAINED)
        ? Optional.of(Pretrained.named(get(ModelKeys.MODEL)))
        : Optional.empty();
  }

  /** {@code eps}, or its default for the optimiser: 1e-6 for lamb and lambc, else 1e-8. */
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
   * The value of a key that always has one.
   *
   * @throws IllegalStateException if it is none; {@link #find} is for keys that may be none
   */
  public <T> T get(RecipeKey<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(key.name() + " has no value"));
  }

  /** The value of a key; empty for none. */
  @SuppressWarnings("unchecked") // only read(), of the same key, puts values in
  public <T> Optional<T> find(RecipeKey<T> key) {
    return Optional.ofNullable((T) values.get(key.name()));
  }
}
