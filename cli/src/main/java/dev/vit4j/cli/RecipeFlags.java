package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code vit train} that change a recipe. Flags are recipe keys with dashes, and their
 * values are read and checked as in a recipe file; so only flags that differ need code.
 */
final class RecipeFlags {
  @ArgGroup(validate = false, heading = "%nData%n", order = 1)
  Data data = new Data();

  @ArgGroup(validate = false, heading = "%nModel%n", order = 2)
  Model model = new Model();

  @ArgGroup(validate = false, heading = "%nOptimisation%n", order = 3)
  Optimisation optimisation = new Optimisation();

  @ArgGroup(validate = false, heading = "%nRegularisation%n", order = 4)
  Regularisation regularisation = new Regularisation();

  @ArgGroup(validate = false, heading = "%nAugmentation%n", order = 5)
  Augment augment = new Augment();

  @ArgGroup(validate = false, heading = "%nHardware%n", order = 6)
  Hardware hardware = new Hardware();

  @ArgGroup(validate = false, heading = "%nOutput%n", order = 7)
  Outputs outputs = new Outputs();

  static final class Data {
    @Option(
        names = "--data",
        paramLabel = "NAME|PATH",
        description = "A data set (see vit data list), a folder of pictures or an archive.")
    @Nullable String data;

    @Option(
        names = "--val-split",
        paramLabel = "SHARE",
        description = "Share of the training set held out for validation.")
    @Nullable String valSplit;

    @Option(
        names = {"-j", "--workers"},
        paramLabel = "N",
        description = "Loader threads; they never change the result.")
    @Nullable String workers;
  }

  static final class Model {
    @Option(names = "--model", paramLabel = "NAME", description = "See vit models.")
    @Nullable String model;

    @Option(
        names = "--img-size",
        paramLabel = "PIXELS",
        description = "What the model reads; N or H,W.")
    @Nullable String imgSize;

    @Option(
        names = "--freeze",
        paramLabel = "NAME,…",
        description = "Parts that stay, by name; backbone: all but the head.")
    @Nullable String freeze;

    @Option(
        names = "--unfreeze",
        paramLabel = "NAME,…",
        description = "All else stays, e.g. head: the classifier.")
    @Nullable String unfreeze;

    @Option(
        names = "--init",
        paramLabel = "MODEL",
        description =
            "Weights to begin with: a run, folder, file or published name. Their mean and std count unless the recipe has some.")
    @Nullable String init;

    @Option(
        names = "--pretrained",
        description =
            "Begin with timm's published weights, as --init; says so before it fetches them.")
    boolean pretrained;
  }

  static final class Optimisation {
    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training set.")
    @Nullable String epochs;

    @Option(
        names = {"-b", "--batch-size"},
        paramLabel = "N",
        description = "Samples in a batch.")
    @Nullable String batchSize;

    @Option(
        names = "--grad-accum",
        paramLabel = "N",
        description = "Batches whose gradients make one step.")
    @Nullable String gradAccum;

    @Option(
        names = "--opt",
        paramLabel = "NAME",
        description = "sgd, adam, adamw, lamb, lambc, rmsprop.")
    @Nullable String opt;

    @Option(names = "--lr", paramLabel = "RATE", description = "Highest learning rate.")
    @Nullable String lr;

    @Option(names = "--momentum", paramLabel = "M", description = "Of sgd and rmsprop, 0 to 1.")
    @Nullable String momentum;

    @Option(names = "--nesterov", description = "Let sgd look ahead.")
    boolean nesterov;

    @Option(
        names = "--layer-decay",
        paramLabel = "D",
        description = "Factor of the rate per layer downwards, 0 to 1.")
    @Nullable String layerDecay;

    @Option(
        names = "--sched",
        paramLabel = "NAME",
        description = "constant, cosine, linear, step, multistep or onecycle.")
    @Nullable String sched;

    @Option(names = "--warmup-epochs", paramLabel = "N", description = "Epochs of linear warm-up.")
    @Nullable String warmupEpochs;

    @Option(names = "--min-lr", paramLabel = "RATE", description = "Where cosine and linear end.")
    @Nullable String minLr;

    @Option(names = "--seed", paramLabel = "N", description = "Same seed, same bits.")
    @Nullable String seed;
  }

  static final class Regularisation {
    @Option(
        names = "--weight-decay",
        paramLabel = "D",
        description = "Spares norms, biases, tokens and positions.")
    @Nullable String weightDecay;

    @Option(names = "--clip-grad", paramLabel = "NORM", description = "Largest gradient norm.")
    @Nullable String clipGrad;

    @Option(names = "--smoothing", paramLabel = "S", description = "Label smoothing.")
    @Nullable String smoothing;

    @Option(
        names = "--mixup",
        paramLabel = "ALPHA",
        description = "Blend pictures: 0.2 little, 1 much; 0 off.")
    @Nullable String mixup;

    @Option(
        names = "--cutmix",
        paramLabel = "ALPHA",
        description = "Paste parts of pictures: 1 as a rule; 0 off.")
    @Nullable String cutmix;

    @Option(
        names = "--mixup-prob",
        paramLabel = "P",
        description = "Chance of a batch to be mixed, 0 to 1.")
    @Nullable String mixupProb;

    @Option(
        names = "--mixup-switch-prob",
        paramLabel = "P",
        description = "Chance of cutmix rather than mixup, 0 to 1.")
    @Nullable String mixupSwitchProb;

    @Option(
        names = "--class-weights",
        paramLabel = "W",
        description = "balanced, or one number per class: 1,2.5,…")
    @Nullable String classWeights;

    @Option(
        names = "--ema",
        paramLabel = "DECAY",
        description = "Average the weights, e.g. 0.999; 0 to 1.")
    @Nullable String ema;

    @Option(names = "--drop-path", paramLabel = "RATE", description = "Stochastic depth.")
    @Nullable String dropPath;
  }

  static final class Augment {
    @Option(
        names = "--train-crop",
        paramLabel = "HOW",
        description = "none, rrc (random parts, resized) or random (parts of --crop-size).")
    @Nullable String trainCrop;

    @Option(
        names = "--crop-size",
        paramLabel = "PIXELS",
        description = "--train-crop random: pixels cut out; N or H,W.")
    @Nullable String cropSize;

    @Option(
        names = "--crop-padding",
        paramLabel = "N",
        description = "--train-crop random: black pixels added around first.")
    @Nullable String cropPadding;

    @Option(
        names = "--scale",
        paramLabel = "MIN,MAX",
        description = "--train-crop rrc: share of the area cut out.")
    @Nullable String scale;

    @Option(
        names = "--ratio",
        paramLabel = "MIN,MAX",
        description = "--train-crop rrc: width by height of what is cut out.")
    @Nullable String ratio;

    @Option(
        names = "--interpolation",
        paramLabel = "NAME",
        description = "How pictures are resized: bicubic, bilinear, …")
    @Nullable String interpolation;

    @Option(
        names = "--train-interpolation",
        paramLabel = "NAME",
        description = "Of --train-crop rrc and --aa; random: bilinear or bicubic.")
    @Nullable String trainInterpolation;

    @Option(names = "--hflip", paramLabel = "P", description = "Chance to swap left and right.")
    @Nullable String hflip;

    @Option(names = "--vflip", paramLabel = "P", description = "Chance to swap top and bottom.")
    @Nullable String vflip;

    @Option(
        names = "--color-jitter",
        paramLabel = "J",
        description = "Largest change of brightness, contrast and saturation.")
    @Nullable String colorJitter;

    @Option(
        names = "--aa",
        paramLabel = "POLICY",
        description =
            "rand-m9-mstd0.5-inc1, augmix-m3-w3, v0, original, 3a, cifar10 or trivialaugment.")
    @Nullable String aa;

    @Option(names = "--reprob", paramLabel = "P", description = "Chance to erase a rectangle.")
    @Nullable String reprob;

    @Option(
        names = "--remode",
        paramLabel = "MODE",
        description = "What it becomes: const, rand or pixel.")
    @Nullable String remode;

    @Option(names = "--recount", paramLabel = "N", description = "Most rectangles in a picture.")
    @Nullable String recount;

    @Option(
        names = "--crop-pct",
        paramLabel = "SHARE",
        description = "Evaluation: share of the resized side that is seen.")
    @Nullable String cropPct;

    @Option(
        names = "--crop-mode",
        paramLabel = "MODE",
        description = "Evaluation: squash, center or border.")
    @Nullable String cropMode;
  }

  static final class Hardware {
    @Option(names = "--device", paramLabel = "DEVICE", description = "auto, cpu, cuda or cuda:N.")
    @Nullable String device;

    @Option(names = "--precision", paramLabel = "P", description = "f32 or bf16.")
    @Nullable String precision;

    @Option(
        names = "--compute-workers",
        paramLabel = "N",
        description = "Threads that share each batch; 0 or auto: by the cores.")
    @Nullable String computeWorkers;
  }

  static final class Outputs {
    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = "Folder in which runs get their folders.")
    @Nullable String output;

    @Option(names = "--name", paramLabel = "NAME", description = "What the run is called.")
    @Nullable String name;

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        arity = "1..*",
        description = "Any recipe key (vit recipes --keys lists them).")
    List<String> set = List.of();
  }

  /**
   * The recipe keys that the user gave, in the order of the options.
   *
   * @param data what the recipe trains on, in case a folder holds that
   */
  Map<String, Object> changes(ParseResult parsed, String data) throws IOException {
    Map<String, Object> changes = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.group() != null) {
        enter(changes, option, data);
      }
    }
    return changes;
  }

  private static void enter(Map<String, Object> changes, OptionSpec option, String data)
      throws IOException {
    switch (option.longestName()) {
      case "--data" -> data(changes, option.<String>getValue(), data);
      case "--drop-path" -> changes.put("model_args.drop_path_rate", option.getValue());
      case "--set" -> option.<List<String>>getValue().forEach(pair -> set(changes, pair));
      default ->
          changes.put(option.longestName().substring(2).replace('-', '_'), option.getValue());
    }
  }

  private static void data(Map<String, Object> changes, String value, String data)
      throws IOException {
    List<String> names = Datasets.names();
    if (names.contains(value)) {
      changes.put("data", value);
      return;
    }
    if (!Files.exists(Path.of(value))) {
      throw new IOException(
          "--data %s: no such folder or archive, and no data set of this name: give a path or one of %s"
              .formatted(value, String.join(", ", names)));
    }
    if (!data.equals(Datasets.LIST)) {
      List<String> fitting = Datasets.namesOf(Path.of(value));
      if (!fitting.isEmpty() && !fitting.contains(data)) {
        changes.put("data", fitting.get(0));
      }
    }
    changes.put("data_dir", value);
  }

  static void set(Map<String, Object> changes, String pair) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "--set %s: give KEY=VALUE, for example --set sched_on=step".formatted(pair));
    }
    changes.put(pair.substring(0, equals), pair.substring(equals + 1));
  }
}
