package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.probe.Features;
import dev.vit4j.probe.FewShot;
import dev.vit4j.probe.Probe;
import dev.vit4j.probe.ProbeEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit probe}: trains a classifier on stored features. */
@Command(
    name = "probe",
    description = "Train a classifier on features that vit embed has written.",
    footer = {
      "",
      "Examples:",
      "  ./vit probe train.safetensors --test test.safetensors -C 9 -o digits",
      "  ./vit probe train.safetensors --test test.safetensors --head knn"
    })
final class ProbeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "TRAIN", description = "Features of the training samples.")
  Path train = Path.of("");

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--test", paramLabel = "FILE", description = "Features of the test samples.")
  @Nullable Path test;

  @Option(
      names = "--head",
      paramLabel = "HEAD",
      defaultValue = "logreg",
      description =
          "logreg, knn, ridge, adapter, clip-adapter, tip-adapter or tip-adapter-f (default: ${DEFAULT-VALUE}).")
  String head = "logreg";

  @Mixin ProbeOptions options = new ProbeOptions();

  @Option(
      names = "--val-split",
      paramLabel = "F",
      defaultValue = "0.1",
      description =
          "Fraction of the training samples for validation, of --sweep and adapters (default: ${DEFAULT-VALUE}).")
  double validation = 0.1;

  @Option(
      names = "--shots",
      paramLabel = "N,N",
      split = ",",
      description = "Train on N random samples of each class only, for each N.")
  List<Integer> shots = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of random selections for each of --shots (default: ${DEFAULT-VALUE}).")
  int seeds = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "Number of compute threads (default: one per core).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "New folder for the model with the trained probe as its head.")
  @Nullable Path output;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model of the features, for --output (default: the one that TRAIN names).")
  @Nullable String model;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
    if (output != null) {
      AtomicFile.requireEmptyFolder(output);
    }
    ProbeFit fit = new ProbeFit(ProbeHead.parse(head), options, validation, threads, out);
    Features samples = Features.read(train);
    Features tested = test == null ? null : Features.read(test);
    check(samples, tested);
    out.note(
        "Training %s on %s, %,d samples of %d numbers, %d classes"
            .formatted(head, train, samples.size(), samples.dim(), samples.classes().length));
    if (!shots.isEmpty()) {
      fewShot(fit, samples, tested, out);
      return 0;
    }
    ProbeSaving saving = output == null ? null : ProbeSaving.open(output, model, samples, out);
    ProbeFit.Fitted fitted = fit.fit(samples, tested, seed);
    try (Probe probe = fitted.probe()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("head", head);
      json.put("train_loss", fitted.trainLoss());
      json.putAll(evaluation(probe, tested, out));
      json.put("classes", samples.classes().length);
      json.put("iterations", 0);
      json.putAll(fitted.json());
      boolean isModel = saving != null && saving.save(probe, out);
      json.put("output", output);
      json.put("is_model", isModel);
      out.json(json);
      return model == null || isModel ? 0 : 1;
    }
  }

  private void check(Features samples, @Nullable Features tested) {
    samples.labels(); // refuses unlabeled features
    if (tested != null) {
      tested.labels();
      tested.requireSameModel(samples);
    }
    if (model != null && output == null) {
      throw new IllegalArgumentException("--model needs --output");
    }
    if (shots.isEmpty() && seeds != 1) {
      throw new IllegalArgumentException("--seeds needs --shots");
    }
    if (!shots.isEmpty() && (tested == null || output != null)) {
      throw new IllegalArgumentException(
          "--shots compares several probes: it needs --test and does not support --output");
    }
  }

  private Map<String, Object> evaluation(Probe probe, @Nullable Features tested, Output out)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    if (tested == null) {
      return json;
    }
    ProbeEvaluation evaluation = ProbeEvaluation.of(probe, tested, threads);
    ClassificationResult result = evaluation.result();
    if (evaluation.unknown() > 0) {
      out.note(
          "%,d test samples have classes without training samples: they count as wrong"
              .formatted(evaluation.unknown()));
    }
    out.result(String.format(Locale.ROOT, "Accuracy = %.3f%%", 100 * result.top1()));
    json.put("test_top1", 100 * result.top1());
    json.put("test_top5", 100 * result.top5());
    json.put("count", result.count());
    json.put("unknown", evaluation.unknown());
    json.put("per_class", evaluation.perClass(probe.about()));
    return json;
  }

  private void fewShot(ProbeFit fit, Features samples, @Nullable Features tested, Output out)
      throws IOException {
    Features on = Objects.requireNonNull(tested);
    List<FewShot.Result> results =
        FewShot.run(
            samples,
            shots,
            seeds,
            seed,
            (some, one) -> {
              try (Probe probe = fit.fit(some, null, one).probe()) {
                double top1 = ProbeEvaluation.of(probe, on, threads).result().top1();
                out.note(
                    String.format(
                        Locale.ROOT, "%d samples, seed %d: %.3f%%", some.size(), one, 100 * top1));
                return top1;
              }
            });
    List<Map<String, Object>> json = new ArrayList<>();
    for (FewShot.Result result : results) {
      out.result(
          String.format(
              Locale.ROOT,
              "%2d shots: Accuracy = %.3f%%%s",
              result.shots(),
              100 * result.mean(),
              result.top1().size() < 2
                  ? ""
                  : String.format(Locale.ROOT, " ± %.3f", 100 * result.std())));
      Map<String, Object> top1 = new LinkedHashMap<>();
      top1.put("mean", 100 * result.mean());
      top1.put("std", 100 * result.std());
      top1.put("count", result.top1().size());
      Map<String, Object> row = Json.of("shots", result.shots(), "test_top1", top1);
      row.put("runs", result.top1().stream().map(x -> 100 * x).toList());
      json.add(row);
    }
    Map<String, Object> all = new LinkedHashMap<>(Map.of("head", head));
    all.put("classes", samples.classes().length);
    all.put("few_shot", json);
    out.json(all);
  }
}
