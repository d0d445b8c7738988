package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Count;
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

/** {@code vit probe}: trains a classifier on the features of a model. */
@Command(
    name = "probe",
    description = "Train a classifier on the features of a model.",
    footer = {
      "",
      "Examples:",
      "  ./vit probe clip --data few_shot --split A --head adapter -o pets",
      "  ./vit probe train.safetensors --test test.safetensors -C 9"
    })
final class ProbeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL|FEATURES",
      description =
          "A run, a weights folder or file, or a published name; or a file of vit embed with the"
              + " training samples.")
  String source = "";

  @Mixin CommonOptions common = new CommonOptions();

  @Mixin ProbeSamples samples = new ProbeSamples();

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "With FEATURES: features of the test samples.")
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
          "Fraction of the training samples for validation, of --sweep and adapters, if the data set has no validation split (default: ${DEFAULT-VALUE}).")
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
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "New folder for the model with the trained probe as its head.")
  @Nullable Path output;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "With FEATURES: their model, for --output (default: the one that they name).")
  @Nullable String model;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    ProbeHead method = ProbeHead.parse(head);
    boolean areFeatures = ProbeSamples.areFeatures(source);
    check(method, areFeatures);
    try (ProbeSamples.Found found =
        areFeatures
            ? samples.files(Path.of(source), test, method, options)
            : samples.model(source, method, options, out)) {
      check(found.train(), found.test());
      ProbeFit fit =
          new ProbeFit(method, options, validation, samples.compute.threads(), found.texts(), out);
      out.note(
          "Training %s on %s, %s of %s, %s"
              .formatted(
                  head,
                  found.train().origin().source(),
                  Count.of(found.train().size(), "sample"),
                  Count.of(found.train().dim(), "number"),
                  Count.of(found.train().classes().length, "class")));
      if (shots.isEmpty()) {
        return train(fit, found, out);
      }
      fewShot(fit, found, out);
      return 0;
    }
  }

  /** Returns the exit status. */
  private int train(ProbeFit fit, ProbeSamples.Found found, Output out) throws IOException {
    ProbeSaving saving = output == null ? null : ProbeSaving.open(output, model, found, out);
    ProbeFit.Fitted fitted = fit.fit(found.train(), found.val(), found.test(), seed);
    try (Probe probe = fitted.probe()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("head", head);
      json.put("train_loss", fitted.trainLoss());
      json.putAll(evaluation(probe, found.test(), out));
      json.put("classes", found.train().classes().length);
      json.put("iterations", 0);
      json.putAll(fitted.json());
      json.putAll(found.json());
      boolean isModel = saving != null && saving.save(probe, out);
      json.put("output", output);
      json.put("is_model", isModel);
      out.json(json);
      return model == null || isModel ? 0 : 1;
    }
  }

  private void check(ProbeHead method, boolean areFeatures) throws IOException {
    samples.compute.threads();
    if (options.sweep && !method.hasSweep()) {
      throw new IllegalArgumentException(
          "--sweep is for logreg, tip-adapter and tip-adapter-f, not " + method);
    }
    if (!areFeatures && test != null) {
      throw new IllegalArgumentException(
          "--test is for files of features: with a model, --data and --split name the test set");
    }
    if (model != null && (output == null || !areFeatures)) {
      throw new IllegalArgumentException("--model is for files of features, and needs --output");
    }
    if (shots.isEmpty() && seeds != 1) {
      throw new IllegalArgumentException("--seeds needs --shots");
    }
    if (!shots.isEmpty() && ((areFeatures && test == null) || output != null)) {
      throw new IllegalArgumentException(
          "--shots compares several probes: it needs --test and does not support --output");
    }
    if (output != null) {
      AtomicFile.requireEmptyFolder(output);
    }
  }

  private static void check(Features train, @Nullable Features tested) {
    train.labels(); // refuses unlabeled features
    if (tested != null) {
      tested.labels();
      tested.requireSameModel(train);
      tested.requireSameScale(train);
    }
  }

  private Map<String, Object> evaluation(Probe probe, @Nullable Features tested, Output out)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    if (tested == null) {
      return json;
    }
    ProbeEvaluation evaluation = ProbeEvaluation.of(probe, tested, samples.compute.threads());
    ClassificationResult result = evaluation.result();
    if (evaluation.unknown() > 0) {
      out.note(
          "%s of classes without training samples: counted as wrong"
              .formatted(Count.of(evaluation.unknown(), "test sample")));
    }
    out.result(String.format(Locale.ROOT, "Accuracy = %.3f%%", 100 * result.top1()));
    json.put("test_top1", 100 * result.top1());
    json.put("test_top5", 100 * result.top5());
    json.put("count", result.count());
    json.put("unknown", evaluation.unknown());
    json.put("per_class", evaluation.perClass(probe.about()));
    return json;
  }

  private void fewShot(ProbeFit fit, ProbeSamples.Found found, Output out) throws IOException {
    Features on = Objects.requireNonNull(found.test());
    int threads = samples.compute.threads();
    List<FewShot.Result> results =
        FewShot.run(
            found.train(),
            shots,
            seeds,
            seed,
            (some, one) -> {
              try (Probe probe = fit.fit(some, found.val(), null, one).probe()) {
                double top1 = ProbeEvaluation.of(probe, on, threads).result().top1();
                out.note(
                    String.format(
                        Locale.ROOT,
                        "%s, seed %d: %.3f%%",
                        Count.of(some.size(), "sample"),
                        one,
                        100 * top1));
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
    all.put("classes", found.train().classes().length);
    all.putAll(found.json());
    all.put("few_shot", json);
    out.json(all);
  }
}
