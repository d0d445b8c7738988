package dev.vit4j.cli;

import dev.vit4j.head.AdapterConfig;
import dev.vit4j.nn.Activation;
import dev.vit4j.probe.AdapterTraining;
import dev.vit4j.probe.KNearest;
import dev.vit4j.probe.TextClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Settings of the methods of {@code vit probe}: {@code @Mixin ProbeOptions}. */
final class ProbeOptions {
  @Option(
      names = "-C",
      paramLabel = "C",
      defaultValue = "0.316",
      description =
          "logreg: inverse strength of the L2 penalty, as in scikit-learn (default: ${DEFAULT-VALUE}).")
  double c = 0.316;

  @Option(
      names = "--max-iter",
      paramLabel = "N",
      defaultValue = "1000",
      description = "logreg: maximum number of iterations (default: ${DEFAULT-VALUE}).")
  int maxIterations = 1000;

  @Option(
      names = "--sweep",
      description =
          "Choose on validation splits: C of logreg from 1e-6 to 1e6, as CLIP's evaluation; alpha and beta of tip-adapter and tip-adapter-f.")
  boolean sweep;

  @Option(
      names = "-k",
      paramLabel = "K",
      defaultValue = "20",
      description = "knn: number of neighbors (default: ${DEFAULT-VALUE}).")
  int k = 20;

  @Option(
      names = "--metric",
      paramLabel = "M",
      defaultValue = "cosine",
      description = "knn: cosine or euclidean (default: ${DEFAULT-VALUE}).")
  String metric = "cosine";

  @Option(
      names = "--weights",
      paramLabel = "W",
      defaultValue = "softmax",
      description =
          "knn: weight of a vote: uniform, distance or softmax (default: ${DEFAULT-VALUE}).")
  String weights = "softmax";

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.07",
      description = "knn: temperature of softmax (default: ${DEFAULT-VALUE}).")
  double temperature = 0.07;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      defaultValue = "1",
      description =
          "ridge: strength of the penalty; tip-adapter: weight of the votes (default: ${DEFAULT-VALUE}).")
  double alpha = 1;

  @Option(
      names = "--beta",
      paramLabel = "B",
      defaultValue = "5.5",
      description = "tip-adapter: sharpness of the similarity (default: ${DEFAULT-VALUE}).")
  double beta = 5.5;

  @Option(
      names = "--text-features",
      paramLabel = "FILE",
      description =
          "Adapters: text features of the classes, in the order of the labels (default: computed"
              + " with the model).")
  @Nullable Path textFeatures;

  @Option(
      names = "--logit-scale",
      paramLabel = "S",
      description = "Adapters: factor of the cosines (default: the model's; 100 with files).")
  @Nullable Double logitScale;

  @Option(
      names = "--widths",
      paramLabel = "N,N",
      split = ",",
      description =
          "adapter, clip-adapter: hidden widths (default: 4 and 8 times the input; a fourth of it).")
  @Nullable List<Integer> widths;

  @Option(
      names = "--act",
      paramLabel = "ACT",
      defaultValue = "relu",
      description = "adapter, clip-adapter: relu, gelu or quick_gelu (default: ${DEFAULT-VALUE}).")
  String activation = "relu";

  @Option(
      names = "--ratio",
      paramLabel = "R",
      description =
          "adapter, clip-adapter: share of the adapted features; the rest is the input (default: 0.8; 0.2).")
  @Nullable Double ratio;

  @Option(names = "--bias", description = "adapter, clip-adapter: layers with biases.")
  boolean bias;

  @Option(
      names = "--opt",
      paramLabel = "OPT",
      description = "Adapters: sgd or adamw (default: sgd of adapter, else adamw).")
  @Nullable String optimizer;

  @Option(
      names = "--lr",
      paramLabel = "LR",
      defaultValue = "0.001",
      description = "Adapters: learning rate (default: ${DEFAULT-VALUE}).")
  double lr = 1e-3;

  @Option(
      names = "--weight-decay",
      paramLabel = "WD",
      defaultValue = "0",
      description = "Adapters: weight decay (default: ${DEFAULT-VALUE}).")
  double weightDecay;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Adapters: maximum number of epochs (default: 1000, 200 and 20).")
  @Nullable Integer epochs;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Adapters: samples per step (default: 32; 256 of tip-adapter-f).")
  @Nullable Integer batchSize;

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      description =
          "Adapters: epochs between evaluations (default: 50; 10 of clip-adapter, 1 of tip-adapter-f).")
  @Nullable Integer evaluateEvery;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Adapters: stop after N evaluations without a better validation result, 0 for never (default: 5; 2 of adapter).")
  @Nullable Integer patience;

  /** Returns the layers of an adapter of vectors of this length. */
  AdapterConfig layers(ProbeHead head, int dim) {
    AdapterConfig base =
        head == ProbeHead.ADAPTER ? AdapterConfig.deep(dim) : AdapterConfig.clipAdapter(dim);
    return new AdapterConfig(
        widths == null ? base.widths() : widths,
        Activation.named(activation),
        bias,
        base.activateOutput(),
        ratio == null ? base.ratio() : ratio);
  }

  /** Returns how an adapter is trained. */
  AdapterTraining training(ProbeHead head, long seed) {
    boolean deep = head == ProbeHead.ADAPTER;
    boolean keys = head == ProbeHead.TIP_ADAPTER_F;
    String algorithm = optimizer == null ? (deep ? "sgd" : "adamw") : optimizer;
    return new AdapterTraining(
        choice("--opt", algorithm, AdapterTraining.Algorithm.class),
        lr,
        !deep,
        weightDecay,
        or(epochs, deep ? 1000 : keys ? 20 : 200),
        or(batchSize, keys ? 256 : 32),
        or(evaluateEvery, deep ? 50 : keys ? 1 : 10),
        or(patience, deep ? 2 : 5),
        seed);
  }

  private static int or(@Nullable Integer given, int otherwise) {
    return given == null ? otherwise : given;
  }

  KNearest nearest() {
    return new KNearest(
        k,
        choice("--metric", metric, KNearest.Metric.class),
        choice("--weights", weights, KNearest.Weights.class),
        temperature);
  }

  /** Reads the text features that an adapter needs. */
  TextClasses texts(ProbeHead head) throws IOException {
    if (textFeatures == null) {
      throw new IllegalArgumentException(
          "--head %s needs --text-features FILE, the text features of the classes".formatted(head));
    }
    return TextClasses.read(
        textFeatures, logitScale == null ? TextClasses.LOGIT_SCALE : logitScale);
  }

  private static <E extends Enum<E>> E choice(String option, String value, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    List<String> names =
        List.of(type.getEnumConstants()).stream()
            .map(e -> e.name().toLowerCase(Locale.ROOT))
            .toList();
    throw new IllegalArgumentException(
        "%s: unknown value '%s': use one of %s".formatted(option, value, String.join(", ", names)));
  }
}
