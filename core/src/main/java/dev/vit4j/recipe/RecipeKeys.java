package dev.vit4j.recipe;

import static dev.vit4j.recipe.RecipeType.above;
import static dev.vit4j.recipe.RecipeType.below;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.either;
import static dev.vit4j.recipe.RecipeType.flag;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.matching;
import static dev.vit4j.recipe.RecipeType.number;
import static dev.vit4j.recipe.RecipeType.size;
import static dev.vit4j.recipe.RecipeType.text;
import static dev.vit4j.recipe.RecipeType.whole;
import static dev.vit4j.recipe.RecipeType.wholeFrom;
import static dev.vit4j.recipe.RecipeType.words;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of all words of a recipe, in the order in which they are printed. Reading, checking,
 * printing and help all follow from it: to add a key, add a line here and an accessor to {@link
 * Recipe}.
 */
public final class RecipeKeys {
  /** Words for {@code freeze}. */
  public static final Set<String> ALL_BUT_HEAD = Set.of("backbone", "all-but-head");

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
      optional("data_dir", text(), "folder or archive with the data; none: the cache folder");
  static final RecipeKey<Double> TEST_SPLIT =
      key("test_split", above(0, 0.9), 0.2, "data folder without test/: share held out for it");
  static final RecipeKey<String> BROKEN =
      key("broken", choice("refuse", "skip"), "refuse", "what to do with broken picture files");
  static final RecipeKey<String> TRAIN_LIST =
      optional("train_list", text(), "data list: file with lines 'path label' to train on");
  static final RecipeKey<String> VAL_LIST =
      optional("val_list", text(), "data list: the same to validate on; none: val_split");
  static final RecipeKey<String> TEST_LIST =
      optional("test_list", text(), "data list: the same to test on");
  static final RecipeKey<String> TRAIN_DIR =
      optional("train_dir", text(), "data list: folder of train_list's paths; none: data_dir");
  static final RecipeKey<String> VAL_DIR =
      optional("val_dir", text(), "data list: folder of val_list's paths; none: data_dir");
  static final RecipeKey<String> TEST_DIR =
      optional("test_dir", text(), "data list: folder of test_list's paths; none: data_dir");
  static final RecipeKey<String> CLASSES_FILE =
      optional("classes_file", text(), "data list: file with lines 'Name index'; none: numbers");
  static final RecipeKey<List<String>> CLASS_PREFIXES =
      key("class_prefixes", list(text()), List.of(), "taken off class names, with the _ behind");
  static final RecipeKey<String> OUTPUT =
      key("output", text(), "runs", "folder in which runs get their folders");
  static final RecipeKey<String> MODEL =
      key(
          "model",
          text(),
          "vit_mnist_1850",
          "name of a model in the catalogue; with pretrained also NAME.TAG of published weights");
  static final RecipeKey<Map<String, Object>> MODEL_ARGS =
      key("model_args", words(), Map.of(), "words for the model's constructor, e.g. drop_rate");
  public static final RecipeKey<List<Integer>> IMG_SIZE =
      optional("img_size", size(16384), "pixels that the model reads; none: the model's own");
  static final RecipeKey<String> INIT =
      optional("init", text(), "weights to begin with: a run, folder, file or published name");
  static final RecipeKey<Boolean> PRETRAINED =
      key("pretrained", flag(), false, "begin with timm's published weights of the model");
  static final RecipeKey<List<String>> FREEZE =
      key(
          "freeze",
          list(text()),
          List.of(),
          "parts that stay, by the beginning of the name; backbone or all-but-head: all but the"
              + " classifier");
  static final RecipeKey<List<String>> UNFREEZE =
      key(
          "unfreeze",
          list(text()),
          List.of(),
          "all else stays, e.g. head: the classifier, whatever its name");
  public static final RecipeKey<Object> CACHE_FEATURES =
      key(
          "cache_features",
          either(choice("auto"), flag()),
          "auto",
          "freeze backbone: whether its features are computed once and kept; auto: where they can"
              + " be");

  public static final RecipeKey<String> TRAIN_CROP =
      key(
          "train_crop",
          choice("none", "rrc", "random"),
          "none",
          "training pictures whole, random parts resized, or parts of crop_size");
  public static final RecipeKey<List<Integer>> CROP_SIZE =
      optional("crop_size", size(16384), "train_crop random: pixels cut out; none: as many as are");
  public static final RecipeKey<Integer> CROP_PADDING =
      key("crop_padding", whole(0, 4096), 0, "train_crop random: black pixels added around first");
  public static final RecipeKey<List<Double>> SCALE =
      key(
          "scale",
          list(above(0, 1), 2, 2),
          List.of(0.08, 1.0),
          "train_crop rrc: share of the area that is cut out");
  public static final RecipeKey<List<Double>> RATIO =
      key(
          "ratio",
          list(above(0, 100), 2, 2),
          List.of(0.75, 1.3333),
          "train_crop rrc: width by height of what is cut out");
  public static final RecipeKey<String> INTERPOLATION =
      key(
          "interpolation",
          choice("bicubic", "bilinear", "nearest", "box", "hamming", "lanczos"),
          "bicubic",
          "how pictures are resized");
  public static final RecipeKey<String> TRAIN_INTERPOLATION =
      key(
          "train_interpolation",
          choice("bicubic", "bilinear", "nearest", "random"),
          "bicubic",
          "of train_crop rrc and aa; random: bilinear or bicubic");
  public static final RecipeKey<Double> HFLIP =
      key("hflip", number(0, 1), 0.0, "chance to swap left and right");
  public static final RecipeKey<Double> VFLIP =
      key("vflip", number(0, 1), 0.0, "chance to swap top and bottom");
  public static final RecipeKey<Double> COLOR_JITTER =
      key(
          "color_jitter",
          number(0, 1),
          0.0,
          "largest change of brightness, contrast and saturation; aa turns it off");
  public static final RecipeKey<String> AA =
      optional(
          "aa",
          text(),
          "policy: rand-m9-mstd0.5-inc1, augmix-m3-w3, v0, original, 3a, cifar10, trivialaugment");
  public static final RecipeKey<Double> REPROB =
      key("reprob", number(0, 1), 0.0, "chance to erase a rectangle");
  public static final RecipeKey<String> REMODE =
      key(
          "remode",
          choice("const", "rand", "pixel"),
          "const",
          "rectangles become the mean, one random colour, or random pixels");
  public static final RecipeKey<Integer> RECOUNT =
      key("recount", whole(1, 100), 1, "most rectangles in a picture");
  public static final RecipeKey<Double> INITIAL_SCALE =
      key("initial_scale", above(0, 1), 1.0, "ResNets: side of the first pictures; 1: full size");
  public static final RecipeKey<Double> DELAY_FRACTION =
      key("delay_fraction", number(0, 1), 0.5, "initial_scale: share of the training at that size");
  public static final RecipeKey<Double> FINETUNE_FRACTION =
      key("finetune_fraction", number(0, 1), 0.2, "initial_scale: share at full size in the end");
  public static final RecipeKey<Integer> SIZE_INCREMENT =
      key("size_increment", whole(1, 4096), 4, "initial_scale: sides are multiples of it, pixels");
  public static final RecipeKey<Double> CROP_PCT =
      key("crop_pct", number(0.1, 2), 1.0, "evaluation: share of the resized side that is seen");
  public static final RecipeKey<String> CROP_MODE =
      key(
          "crop_mode",
          choice("squash", "center", "border"),
          "squash",
          "evaluation: resize both sides, the shorter one, or the longer one with a border");

  static final RecipeKey<Integer> EPOCHS =
      key("epochs", whole(1, MANY), 10, "passes over the training set");
  static final RecipeKey<Integer> BATCH_SIZE =
      key("batch_size", whole(1, MANY), 64, "samples in an optimiser step, before grad_accum");
  static final RecipeKey<Integer> GRAD_ACCUM =
      key("grad_accum", whole(1, MANY), 1, "batches whose gradients make one optimiser step");

  static final RecipeKey<String> OPT =
      key(
          "opt",
          choice("sgd", "adam", "adamw", "lamb", "lambc", "rmsprop"),
          "adamw",
          "optimiser; lambc is lamb with a ratio of 1 at most");
  static final RecipeKey<Double> LR = key("lr", above(0, 1000), 1e-3, "highest learning rate");
  static final RecipeKey<Double> MOMENTUM = key("momentum", below(0, 1), 0.9, "of sgd and rmsprop");
  static final RecipeKey<Boolean> NESTEROV =
      key("nesterov", flag(), false, "whether sgd looks ahead");
  static final RecipeKey<List<Double>> BETAS =
      key(
          "betas",
          list(below(0, 1), 2, 2),
          List.of(0.9, 0.999),
          "decay of adam's two averages, and lamb's");
  public static final RecipeKey<Double> ALPHA =
      key("alpha", below(0, 1), 0.99, "decay of rmsprop's average of squares");
  public static final RecipeKey<Boolean> AMSGRAD =
      key("amsgrad", flag(), false, "whether adam divides by the largest average so far");
  static final RecipeKey<Double> EPS =
      optional("eps", above(0, 1), "guard against division by zero; none: 1e-8, of lamb 1e-6");
  static final RecipeKey<Double> WEIGHT_DECAY =
      key("weight_decay", number(0, 10), 0.0, "spares norms, biases, tokens and positions");
  static final RecipeKey<Double> LAYER_DECAY =
      key("layer_decay", above(0, 1), 1.0, "factor of lr from each layer to the one below");
  static final RecipeKey<Double> CLIP_GRAD =
      optional("clip_grad", above(0, MANY), "largest norm of all gradients together");

  public static final RecipeKey<String> SCHED =
      key(
          "sched",
          choice("constant", "cosine", "linear", "step", "multistep", "onecycle"),
          "cosine",
          "how the learning rate goes");
  public static final RecipeKey<String> SCHED_ON =
      key("sched_on", choice("epoch", "step"), "epoch", "when the learning rate changes");
  public static final RecipeKey<Integer> WARMUP_EPOCHS =
      key("warmup_epochs", whole(0, MANY), 0, "epochs of linear warm-up");
  public static final RecipeKey<Double> WARMUP_FACTOR =
      key("warmup_factor", above(0, 1), 0.1, "the warm-up begins at this times lr");
  public static final RecipeKey<Double> MIN_LR =
      key("min_lr", number(0, 1000), 0.0, "where cosine and linear end");
  public static final RecipeKey<Integer> DECAY_EPOCHS =
      optional("decay_epochs", whole(1, MANY), "sched step: epochs from one drop to the next");
  public static final RecipeKey<List<Integer>> MILESTONES =
      key("milestones", list(whole(1, MANY)), List.of(), "sched multistep: epochs of the drops");
  public static final RecipeKey<Double> DECAY_RATE =
      key("decay_rate", above(0, 1), 0.1, "sched step, multistep: factor of a drop");
  public static final RecipeKey<Double> PCT_START =
      key("pct_start", number(0, 1), 0.3, "sched onecycle: share spent going up");

  static final RecipeKey<Double> SMOOTHING = key("smoothing", below(0, 1), 0.0, "label smoothing");
  public static final RecipeKey<Double> MIXUP =
      key("mixup", number(0, 100), 0.0, "alpha of the share at which pictures are mixed; 0: off");
  public static final RecipeKey<Double> CUTMIX =
      key("cutmix", number(0, 100), 0.0, "alpha of the area pasted from another picture; 0: off");
  public static final RecipeKey<Double> MIXUP_PROB =
      key("mixup_prob", number(0, 1), 1.0, "chance of a batch to be mixed at all");
  public static final RecipeKey<Double> MIXUP_SWITCH_PROB =
      key("mixup_switch_prob", number(0, 1), 0.5, "chance of cutmix where mixup is on too");
  public static final RecipeKey<Boolean> BCE_LOSS =
      key("bce_loss", flag(), false, "binary cross-entropy of each class instead");
  public static final RecipeKey<Object> CLASS_WEIGHTS =
      optional(
          "class_weights",
          either(choice("balanced"), list(above(0, MANY), 1, MANY)),
          "of the loss, one per class; balanced: 1 over the class's frequency");
  static final RecipeKey<Double> EMA =
      optional("ema", below(0, 1), "decay of an average of the weights");
  public static final RecipeKey<Boolean> EMA_WARMUP =
      key("ema_warmup", flag(), true, "whether the average begins quick, as timm's");
  public static final RecipeKey<List<Double>> MEAN =
      optional(
          "mean",
          list(number(-1000, 1000), 1, 64),
          "of each channel; none: as for the weights to begin with, else the data set's");
  public static final RecipeKey<List<Double>> STD =
      optional("std", list(above(0, 1000), 1, 64), "of each channel; none: as for mean");
  static final RecipeKey<Double> VAL_SPLIT =
      key(
          "val_split",
          number(0, 0.9),
          0.1,
          "share of train held out where the set has no validation part");

  public static final RecipeKey<String> VAL_FOLD =
      optional(
          "val_fold",
          matching("[1-9]\\d{0,2}/[1-9]\\d{0,2}", "text such as 2/5"),
          "validate on the 2nd of 5 parts of the training set instead of val_split");
  public static final RecipeKey<Integer> EVAL_INTERVAL =
      key("eval_interval", whole(1, MANY), 1, "epochs from one validation to the next");
  public static final RecipeKey<Integer> PATIENCE =
      optional("patience", whole(1, MANY), "stop after so many validations without a better one");

  static final RecipeKey<Long> SEED = key("seed", wholeFrom(0), 42L, "same seed, same bits");
  static final RecipeKey<Integer> WORKERS =
      key("workers", whole(0, 256), 1, "loader threads; they never change the result");
  public static final RecipeKey<Integer> COMPUTE_WORKERS =
      key(
          "compute_workers",
          whole(0, 256).or("auto", 0),
          0,
          "replicas that share each batch; auto: one a core, with batch norm 1 that uses all cores"
              + " (more: statistics of each share, their mean is kept)");
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
                  RecipeKey.clip(name),
                  Nearest.hint(name, new ArrayList<>(TABLE.keySet()), "vit recipes --keys")));
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
