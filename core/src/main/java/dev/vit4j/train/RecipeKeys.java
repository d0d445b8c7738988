package dev.vit4j.train;

import static dev.vit4j.train.RecipeType.above;
import static dev.vit4j.train.RecipeType.below;
import static dev.vit4j.train.RecipeType.choice;
import static dev.vit4j.train.RecipeType.flag;
import static dev.vit4j.train.RecipeType.list;
import static dev.vit4j.train.RecipeType.matching;
import static dev.vit4j.train.RecipeType.number;
import static dev.vit4j.train.RecipeType.text;
import static dev.vit4j.train.RecipeType.whole;
import static dev.vit4j.train.RecipeType.wholeFrom;
import static dev.vit4j.train.RecipeType.words;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of all words of a recipe, in the order in which they are printed. Reading, checking,
 * printing and help all follow from it: to add a key, add a line here and an accessor to {@link
 * Recipe}.
 */
final class RecipeKeys {
  private static final Map<String, RecipeKey<?>> TABLE = new LinkedHashMap<>();
  private static final int MANY = 1_000_000;

  static final RecipeKey<String> NAME =
      key(
          "name",
          matching(
              "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
              "text of letters, digits, '.', '_' or '-', 64 at most (numbers in quotes)"),
          "recipe",
          "what runs are called; left out, the recipe's file name");
  static final RecipeKey<String> DESCRIPTION =
      key("description", text(), "", "what it trains, in a sentence");
  static final RecipeKey<String> SOURCE =
      key("source", text(), "", "the paper or page that it follows");
  static final RecipeKey<String> TASK =
      key("task", choice("classification"), "classification", "what is learned");
  static final RecipeKey<String> DATA = key("data", text(), "mnist-sample", "name of a data set");
  static final RecipeKey<String> DATA_DIR =
      optional("data_dir", text(), "folder with the data set's files; none: the cache folder");
  static final RecipeKey<String> OUTPUT =
      key("output", text(), "runs", "folder in which runs get their folders");
  static final RecipeKey<String> MODEL =
      key("model", text(), "vit_mnist_1850", "name of a model in the catalogue");
  static final RecipeKey<Map<String, Object>> MODEL_ARGS =
      key("model_args", words(), Map.of(), "words for the model's constructor, e.g. drop_rate");
  static final RecipeKey<String> INIT =
      optional("init", text(), "weights to begin with: a run, a folder or a file");
  static final RecipeKey<List<String>> FREEZE =
      key("freeze", list(text()), List.of(), "parameters that stay, by the beginning of the name");

  static final RecipeKey<Integer> EPOCHS =
      key("epochs", whole(1, MANY), 10, "passes over the training set");
  static final RecipeKey<Integer> BATCH_SIZE =
      key("batch_size", whole(1, MANY), 64, "samples in an optimiser step, before grad_accum");
  static final RecipeKey<Integer> GRAD_ACCUM =
      key("grad_accum", whole(1, MANY), 1, "batches whose gradients make one optimiser step");

  static final RecipeKey<String> OPT =
      key("opt", choice("sgd", "adam", "adamw"), "adamw", "optimiser");
  static final RecipeKey<Double> LR = key("lr", above(0, 1000), 1e-3, "highest learning rate");
  static final RecipeKey<Double> MOMENTUM = key("momentum", below(0, 1), 0.9, "momentum of sgd");
  static final RecipeKey<Boolean> NESTEROV =
      key("nesterov", flag(), false, "whether sgd looks ahead");
  static final RecipeKey<List<Double>> BETAS =
      key("betas", list(below(0, 1), 2, 2), List.of(0.9, 0.999), "decay of adam's two averages");
  static final RecipeKey<Double> EPS =
      key("eps", above(0, 1), 1e-8, "adam's guard against division by zero");
  static final RecipeKey<Double> WEIGHT_DECAY =
      key("weight_decay", number(0, 10), 0.0, "spares norms, biases, tokens and positions");
  static final RecipeKey<Double> CLIP_GRAD =
      optional("clip_grad", above(0, MANY), "largest norm of all gradients together");

  static final RecipeKey<String> SCHED =
      key(
          "sched",
          choice("constant", "cosine", "linear", "step", "multistep", "onecycle"),
          "cosine",
          "how the learning rate goes");
  static final RecipeKey<String> SCHED_ON =
      key("sched_on", choice("epoch", "step"), "epoch", "when the learning rate changes");
  static final RecipeKey<Integer> WARMUP_EPOCHS =
      key("warmup_epochs", whole(0, MANY), 0, "epochs of linear warm-up");
  static final RecipeKey<Double> WARMUP_FACTOR =
      key("warmup_factor", above(0, 1), 0.1, "the warm-up begins at this times lr");
  static final RecipeKey<Double> MIN_LR =
      key("min_lr", number(0, 1000), 0.0, "where cosine and linear end");
  static final RecipeKey<Integer> DECAY_EPOCHS =
      optional("decay_epochs", whole(1, MANY), "sched step: epochs from one drop to the next");
  static final RecipeKey<List<Integer>> MILESTONES =
      key("milestones", list(whole(1, MANY)), List.of(), "sched multistep: epochs of the drops");
  static final RecipeKey<Double> DECAY_RATE =
      key("decay_rate", above(0, 1), 0.1, "sched step, multistep: factor of a drop");
  static final RecipeKey<Double> PCT_START =
      key("pct_start", number(0, 1), 0.3, "sched onecycle: share spent going up");

  static final RecipeKey<Double> SMOOTHING = key("smoothing", below(0, 1), 0.0, "label smoothing");
  static final RecipeKey<Double> EMA =
      optional("ema", below(0, 1), "decay of an average of the weights");
  static final RecipeKey<List<Double>> MEAN =
      optional("mean", list(number(-1000, 1000), 1, 64), "of each channel; none: the data set's");
  static final RecipeKey<List<Double>> STD =
      optional("std", list(above(0, 1000), 1, 64), "of each channel; none: the data set's");
  static final RecipeKey<Double> VAL_SPLIT =
      key("val_split", number(0, 0.9), 0.1, "share of the training set held out for validation");

  static final RecipeKey<Long> SEED = key("seed", wholeFrom(0), 42L, "same seed, same bits");
  static final RecipeKey<Integer> WORKERS =
      key("workers", whole(0, 256), 1, "loader threads; they never change the result");
  static final RecipeKey<Integer> COMPUTE_WORKERS =
      key(
          "compute_workers",
          whole(0, 256).or("auto", 0),
          0,
          "replicas that share each batch; auto: one a core, with batch norm 1 that uses all cores"
              + " (more: statistics of each share, the first one's are kept)");
  static final RecipeKey<String> PRECISION =
      key("precision", choice("f32", "bf16"), "f32", "of the forward pass; weights stay f32");
  static final RecipeKey<String> DEVICE =
      key(
          "device",
          matching("auto|cpu|cuda(:\\d{1,3})?", "auto, cpu, cuda or cuda:N"),
          "auto",
          "where");
  static final RecipeKey<Integer> LOG_INTERVAL =
      key("log_interval", whole(1, MANY), 50, "steps from one progress line to the next");
  static final RecipeKey<Map<String, Object>> EXPECTED =
      key(
          "expected",
          words(),
          Map.of(),
          "what to expect, e.g. accuracy, seconds; for readers only");

  private RecipeKeys() {}

  /** All keys, in order. */
  static List<RecipeKey<?>> all() {
    return List.copyOf(TABLE.values());
  }

  /**
   * The key of this name.
   *
   * @throws IllegalArgumentException with the nearest name, if there is none
   */
  static RecipeKey<?> named(String name) {
    RecipeKey<?> key = TABLE.get(name);
    if (key == null) {
      throw new IllegalArgumentException(
          "unknown key '%s': %s"
              .formatted(
                  RecipeKey.clip(name), Nearest.hint(name, new ArrayList<>(TABLE.keySet()))));
    }
    return key;
  }

  private static <T> RecipeKey<T> key(String name, RecipeType<T> type, T standard, String meaning) {
    return enter(new RecipeKey<>(name, type, false, standard, meaning));
  }

  private static <T> RecipeKey<T> optional(String name, RecipeType<T> type, String meaning) {
    return enter(new RecipeKey<>(name, type, true, null, meaning));
  }

  private static <T> RecipeKey<T> enter(RecipeKey<T> key) {
    TABLE.put(key.name(), key);
    return key;
  }
}
