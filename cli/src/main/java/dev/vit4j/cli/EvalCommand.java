package dev.vit4j.cli;

import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Dataset;
import dev.vit4j.format.Count;
import dev.vit4j.input.ModelInput;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.train.RunData;
import dev.vit4j.train.RunFolder;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit eval}: evaluates a trained model, with images of its mistakes. */
@Command(
    name = "eval",
    description = "Evaluate a trained model on a data set.",
    footer = {
      "",
      "Examples:",
      "  ./vit eval runs/classification/mnist-sample1",
      "  ./vit eval runs/classification/mnist-sample1 --split train --json"
    })
final class EvalCommand implements Callable<Integer> {
  private static final int BATCH = 64;

  @Parameters(
      paramLabel = "MODEL",
      description = "A run, a weights folder or file, or a published name (see vit fetch).")
  String model = "";

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin ClassOptions classes = new ClassOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Images per batch (default: 64, fewer where masks are large).")
  @Nullable Integer batchSize;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "New folder for tables and figures (default: eval-SPLITn in the run).")
  @Nullable Path output;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    Path path = ModelSource.find(model);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    DataOptions.Chosen chosen = data.choose(path, "all", out); // before the slower model
    BrokenFiles.Found found = RunData.checks(out::note).find(chosen.part());
    boolean isWhole = found.broken().isEmpty() || chosen.skips();
    if (!found.broken().isEmpty()) {
      if (isWhole) {
        out.remark(found.line());
      } else {
        out.failure(found.line());
      }
    }
    try (WeightsFolder.Loaded loaded = named(opened.open(path, out))) {
      Device device = compute.device();
      loaded.model().to(device);
      Task task = Tasks.of(loaded);
      Dataset set = task.align(found.data(), loaded, out::remark);
      out.note(
          "Evaluating %s on %s, %s".formatted(model, set.name(), Count.of(set.size(), "image")));
      int batch =
          batchSize == null ? Math.min(BATCH, task.evaluationBatch(loaded.model())) : batchSize;
      Evaluator evaluator = new Evaluator(batch, compute.threads(), device, compute.precision());
      ModelInput input = ModelInput.pictures(loaded.preprocess());
      Evaluation evaluation = task.evaluate(evaluator, loaded, input, set);
      evaluation.lines().forEach(out::result);
      Path folder = output == null ? nextFolder(path, chosen.split()) : output;
      evaluation.write(folder);
      out.note("Tables and figures: " + folder);
      Map<String, Object> json = new LinkedHashMap<>(evaluation.toMap());
      json.put("output", folder.toString());
      out.json(json);
    }
    return isWhole ? 0 : 1;
  }

  private WeightsFolder.Loaded named(WeightsFolder.Loaded loaded) throws IOException {
    return classes.name(loaded, List.of());
  }

  /** Returns the next numbered folder in the model's run, or in {@code runs/eval}. */
  private Path nextFolder(Path path, String split) throws IOException {
    Path parent = RunFolder.of(path).orElse(Path.of("runs", "eval"));
    return RunFolder.next(parent, "eval-" + split);
  }
}
