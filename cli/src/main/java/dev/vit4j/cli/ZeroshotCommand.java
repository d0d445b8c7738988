package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.FeatureSet;
import dev.vit4j.format.Count;
import dev.vit4j.infer.Backbone;
import dev.vit4j.infer.FeatureCache;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.ZeroShotAnswering;
import dev.vit4j.infer.ZeroShotClassifier;
import dev.vit4j.infer.ZeroShotHead;
import dev.vit4j.input.ModelInput;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.train.RunFolder;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit zeroshot}: classifies images by any class names. */
@Command(
    name = "zeroshot",
    description = "Classify images by class names in words, with a CLIP model.",
    footer = {
      "",
      "Examples:",
      "  ./vit zeroshot clip docs/pictures --labels \"a digit,a cat\"",
      "  ./vit zeroshot runs/contrastive/mnist-clip1 --dataset mnist"
    })
final class ZeroshotCommand implements Callable<Integer> {
  private static final int BATCH = 64;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run, a weights folder or file, a published name, or a catalog name.")
  String model = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FILE|DIR",
      description = "Images, or folders of images (PNG, JPEG, WebP, GIF, BMP).")
  List<Path> files = new ArrayList<>();

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin PromptOptions prompts = new PromptOptions();
  @Mixin AnswerOptions answers = new AnswerOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = "--dataset",
      paramLabel = "NAME|PATH",
      description = "Evaluate on a data set, with its class names.")
  @Nullable String dataset;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "Split of --dataset: train, val, test, all, or the name of a test set, A (default: test; all of a folder without splits).")
  @Nullable String split;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "32",
      description = "Images per batch (default: ${DEFAULT-VALUE}).")
  int batchSize = 32;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "New folder for the tables and figures of --dataset (default: runs/eval/…).")
  @Nullable Path output;

  @Option(
      names = "--matrix",
      paramLabel = "FILE",
      description = "Draw the cosine of every image with every label into a new .png file.")
  @Nullable Path matrix;

  @Override
  public Integer call() throws IOException {
    if (matrix != null && (dataset != null || answers.resume)) {
      throw new IllegalArgumentException(
          "--matrix draws images (FILE or DIR) with --labels or --classes: leave out --dataset and --resume");
    }
    if (files.isEmpty() == (dataset == null)) {
      throw new IllegalArgumentException(
          "give either images (FILE or DIR) with --labels or --classes, or --dataset NAME");
    }
    return dataset == null ? predict() : evaluate(dataset);
  }

  private int predict() throws IOException {
    answers.check();
    Output out = common.output();
    List<Predictor.Picture> pictures = Predictor.files(files);
    PromptOptions.Classes classes = prompts.classes(out);
    AnswerOptions.Besides<float[]> besides =
        matrix == null
            ? AnswerOptions.Besides.nothing()
            : new MatrixFigure(matrix, classes.names(), pictures.size(), out);
    int threads = compute.threads();
    WeightsFolder.Loaded clip = open(out);
    float[][] vectors = vectors(clip, classes, new CachedFeatures(out));
    try (ZeroShotAnswering answering =
        new ZeroShotAnswering(
            ZeroShotClassifier.of(
                clip, classes.names(), vectors, compute.device(), compute.answering(), threads),
            answers.topK)) {
      boolean isGood = answers.run(answering, pictures, false, batchSize, threads, besides, out);
      return isGood ? 0 : 1;
    } finally {
      StopOnSignal.say(null);
    }
  }

  private float[][] vectors(
      WeightsFolder.Loaded clip, PromptOptions.Classes classes, CachedFeatures cached) {
    try {
      return cached.classes(clip, classes, compute.threads());
    } catch (RuntimeException e) {
      clip.close();
      throw e;
    }
  }

  /** Computes the features of the images with the image tower, or reads them from the cache. */
  private FeatureSet features(
      WeightsFolder.Loaded clip, Dataset set, String name, CachedFeatures cached)
      throws IOException {
    Device device = compute.device();
    try {
      clip.model().to(device);
      Backbone backbone =
          new Backbone(
              clip.model(), clip.preprocess(), device, compute.precision(), compute.threads());
      return cached
          .images(
              "features",
              name,
              set,
              watch -> cached.features().of(set, backbone, watch),
              FeatureCache.Found::fromCache)
          .normalized();
    } catch (IOException | RuntimeException e) {
      clip.close();
      throw e;
    }
  }

  private int evaluate(String name) throws IOException {
    Output out = common.output();
    if (compute.precision() == Precision.INT8) {
      throw new IllegalArgumentException("--dataset does not support int8: use f32 or bf16");
    }
    DataOptions.Chosen chosen = DataOptions.open(name, split, out);
    Dataset pictures = chosen.part();
    PromptOptions.Classes classes = prompts.classesOf(name, pictures, out);
    WeightsFolder.Loaded clip = open(out);
    CachedFeatures cached = new CachedFeatures(out);
    float[][] vectors = vectors(clip, classes, cached);
    FeatureSet set = features(clip, pictures, chosen.split(), cached);
    clip.model().to(Device.CPU); // where the class vectors are
    try (WeightsFolder.Loaded loaded = ZeroShotHead.classifier(clip, classes.names(), vectors)) {
      Device device = compute.device();
      loaded.model().to(device);
      Task task = Tasks.of(loaded);
      out.note(
          "Evaluating %s on %s, %s, %s for %s"
              .formatted(
                  model,
                  set.name(),
                  Count.of(set.size(), "image"),
                  Count.of(classes.prompts().stream().mapToInt(List::size).sum(), "prompt"),
                  Count.of(classes.names().size(), "class")));
      Evaluator evaluator = new Evaluator(BATCH, compute.threads(), device, compute.precision());
      Evaluation evaluation = task.evaluate(evaluator, loaded, ModelInput.features(), set);
      evaluation.lines().forEach(out::result);
      Path folder =
          output == null
              ? RunFolder.next(Path.of("runs", "eval"), "zeroshot-" + chosen.split())
              : output;
      evaluation.write(folder);
      out.note("Tables and figures: " + folder);
      Map<String, Object> json = new LinkedHashMap<>(evaluation.toMap());
      json.put("templates", classes.templates());
      json.put("from_cache", cached.json());
      json.put("output", folder.toString());
      out.json(json);
    }
    return 0;
  }

  private WeightsFolder.Loaded open(Output out) throws IOException {
    if (ModelSource.isTrained(model)) {
      return opened.open(ModelSource.find(model), out);
    }
    WeightsFolder.Loaded fresh = ModelSource.openOrCreate(model, Map.of(), 0, out::note);
    out.note(model + " has random weights and is untrained");
    return fresh;
  }
}
