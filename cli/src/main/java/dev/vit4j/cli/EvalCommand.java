package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Relabelled;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Evaluation;
import dev.vit4j.infer.Evaluator;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.metric.ConfusionMatrix;
import dev.vit4j.tensor.Device;
import dev.vit4j.train.RunFolder;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit eval}: how good a trained model is, exactly, with pictures of its mistakes. */
@Command(
    name = "eval",
    description = "Measure a trained model on a data set.",
    footer = {
      "",
      "Examples:",
      "  ./vit eval runs/classification/mnist-sample1",
      "  ./vit eval runs/classification/mnist-sample1 --split train --json"
    })
final class EvalCommand implements Callable<Integer> {
  private static final int WIDEST_LABEL = 24;

  @Parameters(
      paramLabel = "MODEL",
      description = "A run, a weights folder or file, or a published name (see vit fetch).")
  String model = "";

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures that go through the model at once (default: ${DEFAULT-VALUE}).")
  int batchSize = 64;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "New folder for tables and pictures (default: eval-SPLITn in the run).")
  @Nullable Path output;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    Path path = ModelSource.find(model);
    try (WeightsFolder.Loaded loaded = opened.open(path, out)) {
      Device device = compute.device();
      loaded.model().to(device);
      Dataset set = named(data.open(path), loaded, out);
      out.note("Evaluating %s on %s, %,d pictures".formatted(model, set.name(), set.size()));
      Evaluator evaluator =
          new Evaluator(batchSize, compute.threads(), device, compute.precision());
      Evaluation evaluation = Evaluation.run(evaluator, loaded, set);
      print(out, evaluation);
      Path folder = output == null ? nextFolder(path) : output;
      evaluation.write(folder);
      out.note("Tables and pictures: " + folder);
      Map<String, Object> json = new LinkedHashMap<>(evaluation.toMap());
      json.put("output", folder.toString());
      out.json(json);
    }
    return 0;
  }

  /** The set with the model's labels: a folder's classes are sorted, a model's need not be. */
  private static Dataset named(Dataset set, WeightsFolder.Loaded loaded, Output out) {
    return Relabelled.of(set, Classifier.names(loaded), !loaded.classes().isEmpty(), out::note);
  }

  /** The first free number, in the run that the model belongs to, else among the runs. */
  private Path nextFolder(Path path) throws IOException {
    Path parent = RunFolder.of(path).orElse(Path.of("runs", "eval"));
    return RunFolder.next(parent, "eval-" + data.split);
  }

  private static void print(Output out, Evaluation evaluation) {
    ClassificationResult r = evaluation.result();
    ConfusionMatrix confusion = r.confusion();
    int width = evaluation.classes().stream().mapToInt(String::length).max().orElse(1);
    width = Math.max("macro average".length(), Math.min(WIDEST_LABEL, width));
    String row = "%" + width + "s  %9s  %6s  %6s  %7s";
    out.result(row.formatted("class", "precision", "recall", "F1", "support"));
    for (int c = 0; c < evaluation.classes().size(); c++) {
      String label = evaluation.classes().get(c);
      out.result(
          row.formatted(
              label.length() > width ? label.substring(0, width - 1) + "…" : label,
              share(confusion.precision(c)),
              share(confusion.recall(c)),
              share(confusion.f1(c)),
              confusion.support(c)));
    }
    ConfusionMatrix.Scores macro = confusion.macro();
    out.result(
        row.formatted(
            "macro average",
            share(macro.precision()),
            share(macro.recall()),
            share(macro.f1()),
            r.count()));
    out.result(
        String.format(
            Locale.ROOT,
            "%ntop-1 %.2f %%   top-5 %.2f %%   loss %.4f   %d of %d right",
            100 * r.top1(),
            100 * r.top5(),
            r.loss(),
            r.correct(),
            r.count()));
  }

  private static String share(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
