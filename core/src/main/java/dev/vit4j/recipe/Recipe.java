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
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a training depends on, in timm's and torchvision's words: immutable, checked, and
 * complete, since what a file leaves out has a default. {@link #help} lists the words.
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

  /** {@code name}: what runs are called; left out, the recipe's file name. */
  public String name() {
    return get(RunKeys.NAME);
  }

  /** {@code description}: what it trains, in a sentence. */
  public String description() {
    return get(RunKeys.DESCRIPTION);
  }

  /** {@code source}: the paper or page that it follows. */
  public String source() {
    return get(RunKeys.SOURCE);
  }

  /** {@code task}: what is learned. */
  public String task() {
    return get(RunKeys.TASK);
  }

  /** {@code data}: name of a data set. */
  public String data() {
    return get(DataKeys.DATA);
  }

  /** {@code data_dir}: folder or archive with the data; none: the cache folder. */
  public Optional<String> dataDir() {
    return Optional.ofNullable(optional(DataKeys.DATA_DIR));
  }

  /**
   * What {@code data}, {@code data_dir}, {@code test_split}, the lists and their folders say about
   * the data. The seed does not change the test set.
   */
  public DataSpec dataSpec() {
    DataLists lists =
        new DataLists(
            optional(DataKeys.TRAIN_LIST),
            optional(DataKeys.VAL_LIST),
            optional(DataKeys.TEST_LIST),
            optional(DataKeys.TRAIN_DIR),
            optional(DataKeys.VAL_DIR),
            optional(DataKeys.TEST_DIR),
            optional(DataKeys.CLASSES_FILE),
            get(DataKeys.CLASS_PREFIXES));
    Path dir = dataDir().map(Path::of).orElse(null);
    return new DataSpec(data(), dir, get(DataKeys.TEST_SPLIT), DataSpec.TEST_SEED, lists);
  }

  /** {@code broken}: whether broken picture files are left out; else they are refused. */
  public boolean skipBroken() {
    return get(DataKeys.BROKEN).equals("skip");
  }

  /** {@code output}: folder in which runs get their folders. */
  public String output() {
    return get(RunKeys.OUTPUT);
  }

  /** {@code model}: name of a model in the catalogue, without the tag of published weights. */
  public String model() {
    return Pretrained.architecture(get(ModelKeys.MODEL));
  }

  /** {@code model_args}: words for the model's constructor, e.g. drop_rate. */
  public Map<String, Object> modelArgs() {
    return get(ModelKeys.MODEL_ARGS);
  }

  /** {@code init}: weights to begin with: a run, a folder, a file or a published name. */
  public Optional<String> init() {
    return Optional.ofNullable(optional(ModelKeys.INIT));
  }

  /** {@code pretrained}: the published weights of the model to begin with. */
  public Optional<Published> pretrained() {
    return get(ModelKeys.PRETRAINED)
        ? Optional.of(Pretrained.named(get(ModelKeys.MODEL)))
        : Optional.empty();
  }

  /** {@code freeze}: parts that stay, by the beginning of the name. */
  public List<String> freeze() {
    return get(ModelKeys.FREEZE);
  }

  /** {@code unfreeze}: all else stays, e.g. head: the classifier, whatever its name. */
  public List<String> unfreeze() {
    return get(ModelKeys.UNFREEZE);
  }

  /** {@code epochs}: passes over the training set. */
  public int epochs() {
    return get(OptimizerKeys.EPOCHS);
  }

  /** {@code batch_size}: samples in an optimiser step, before grad_accum. */
  public int batchSize() {
    return get(OptimizerKeys.BATCH_SIZE);
  }

  /** {@code grad_accum}: batches whose gradients make one optimiser step. */
  public int gradAccum() {
    return get(OptimizerKeys.GRAD_ACCUM);
  }

  /** {@code opt}: optimiser; lambc is lamb with a ratio of 1 at most. */
  public String opt() {
    return get(OptimizerKeys.OPT);
  }

  /** {@code lr}: highest learning rate. */
  public double lr() {
    return get(OptimizerKeys.LR);
  }

  /** {@code momentum}: of sgd and rmsprop. */
  public double momentum() {
    return get(OptimizerKeys.MOMENTUM);
  }

  /** {@code nesterov}: whether sgd looks ahead. */
  public boolean nesterov() {
    return get(OptimizerKeys.NESTEROV);
  }

  /** {@code betas}: decay of adam's two averages, and lamb's. */
  public List<Double> betas() {
    return get(OptimizerKeys.BETAS);
  }

  /** {@code eps}: guard against division by zero; none: 1e-8, of lamb 1e-6. */
  public double eps() {
    return number(OptimizerKeys.EPS).orElse(opt().startsWith("lamb") ? 1e-6 : 1e-8);
  }

  /** {@code weight_decay}: spares norms, biases, tokens and positions. */
  public double weightDecay() {
    return get(OptimizerKeys.WEIGHT_DECAY);
  }

  /** {@code layer_decay}: factor of lr from each layer to the one below. */
  public double layerDecay() {
    return get(OptimizerKeys.LAYER_DECAY);
  }

  /** {@code clip_grad}: largest norm of all gradients together. */
  public OptionalDouble clipGrad() {
    return number(OptimizerKeys.CLIP_GRAD);
  }

  /** {@code smoothing}: label smoothing. */
  public double smoothing() {
    return get(LossKeys.SMOOTHING);
  }

  /** {@code ema}: decay of an average of the weights. */
  public OptionalDouble ema() {
    return number(OptimizerKeys.EMA);
  }

  /** {@code mean}: of each channel; none: as for the weights to begin with, else the data's. */
  public Optional<List<Double>> mean() {
    return Optional.ofNullable(optional(DataKeys.MEAN));
  }

  /** {@code std}: of each channel; none: as for mean. */
  public Optional<List<Double>> std() {
    return Optional.ofNullable(optional(DataKeys.STD));
  }

  /** {@code val_split}: share of train held out where the set has no validation part. */
  public double valSplit() {
    return get(DataKeys.VAL_SPLIT);
  }

  /** {@code seed}: same seed, same bits. */
  public long seed() {
    return get(RunKeys.SEED);
  }

  /** {@code workers}: loader threads; they never change the result. */
  public int workers() {
    return get(HardwareKeys.WORKERS);
  }

  /**
   * {@code compute_workers}: replicas that share each batch; 0 or auto: one a core, but with batch
   * norm a single one whose operations use all cores. More than one then normalise by the
   * statistics of their shares, and the first one's running statistics are kept.
   */
  public int computeWorkers() {
    return get(HardwareKeys.COMPUTE_WORKERS);
  }

  /** {@code precision}: of the forward pass; weights stay f32. */
  public String precision() {
    return get(HardwareKeys.PRECISION);
  }

  /** {@code device}: where. */
  public String device() {
    return get(HardwareKeys.DEVICE);
  }

  /** {@code log_interval}: steps from one progress line to the next. */
  public int logInterval() {
    return get(RunKeys.LOG_INTERVAL);
  }

  /** {@code expected}: what to expect, e.g. accuracy, seconds; for readers only. */
  public Map<String, Object> expected() {
    return get(RunKeys.EXPECTED);
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
    return name() + " (" + model() + " on " + data() + ")";
  }

  /** The value of a key that always has one; augmentation's keys have no accessors of their own. */
  public <T> T get(RecipeKey<T> key) {
    T value = optional(key);
    if (value == null) {
      throw new IllegalStateException(key.name() + " has no value");
    }
    return value;
  }

  private OptionalDouble number(RecipeKey<Double> key) {
    Double value = optional(key);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** The value of a key, or null for none. */
  @SuppressWarnings("unchecked") // only read(), of the same key, puts values in
  public <T> @Nullable T optional(RecipeKey<T> key) {
    return (T) values.get(key.name());
  }
}
