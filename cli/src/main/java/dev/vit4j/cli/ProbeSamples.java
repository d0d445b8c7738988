package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFile;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.model.EncodesText;
import dev.vit4j.probe.DataFeatures;
import dev.vit4j.probe.Features;
import dev.vit4j.probe.TextClasses;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Where the features of {@code vit probe} come from: {@code @Mixin ProbeSamples samples}. */
final class ProbeSamples {
  @Mixin DataOptions data = new DataOptions();
  @Mixin PromptOptions prompts = new PromptOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  /**
   * What a probe learns from.
   *
   * @param val validation split of the data set, if it has one
   * @param texts for adapters
   * @param model the backbone, if it is known; closed with this
   * @param json further keys
   */
  record Found(
      Features train,
      @Nullable Features val,
      @Nullable Features test,
      @Nullable TextClasses texts,
      WeightsFolder.@Nullable Loaded model,
      Map<String, Object> json)
      implements AutoCloseable {
    @Override
    public void close() {
      if (model != null) {
        model.close();
      }
    }
  }

  /** Returns whether an argument is a file of features; anything else is a model. */
  static boolean areFeatures(String argument) {
    String name = argument.toLowerCase(Locale.ROOT);
    try {
      Path file = Path.of(argument);
      if (!Files.isRegularFile(file) || !name.matches(".*\\.(safetensors|npz|csv|jsonl)")) {
        return false;
      }
      if (!name.endsWith(".safetensors")) {
        return true;
      }
      try (TensorFile tensors = TensorFile.open(file)) {
        return tensors.tensors().containsKey(FeatureFile.FEATURES);
      }
    } catch (InvalidPathException e) {
      return false;
    } catch (IOException e) {
      return true; // reading the features says what is wrong
    }
  }

  /** Opens feature files. */
  Found files(Path train, @Nullable Path test, ProbeHead head, ProbeOptions options)
      throws IOException {
    if (data.data != null || prompts.isSet()) {
      throw new IllegalArgumentException(
          "%s is a file of features: --data, --classes, --labels and --templates need a model"
              .formatted(train));
    }
    TextClasses texts = head.needsTexts() ? options.texts(head) : null;
    Features samples = Features.read(train);
    Features tested = test == null ? null : Features.read(test);
    return new Found(samples, null, tested, texts, null, Map.of());
  }

  /** Computes the features of a data set, or reads them from the cache. */
  Found model(String name, ProbeHead head, ProbeOptions options, Output out) throws IOException {
    int threads = compute.threads();
    Path path = ModelSource.find(name);
    if (!Files.exists(path)) {
      throw new FormatException(
          name, -1, "no such feature file, run, weights folder or weights file");
    }
    DataOptions.Chosen chosen = data.choose(path, "test", out);
    Dataset train = chosen.splits().train();
    boolean ownTexts = head.needsTexts() && options.textFeatures == null;
    PromptOptions.Classes classes =
        ownTexts || prompts.isSet()
            ? prompts.classesOf(data.data == null ? "" : data.data, train, out)
            : null;
    WeightsFolder.Loaded model = opened.open(path, out);
    try {
      CachedFeatures cached = new CachedFeatures(out);
      float[][] vectors =
          ownTexts && classes != null ? cached.classes(model, classes, threads) : null;
      model.model().to(compute.device());
      DataFeatures features =
          new DataFeatures(
              name, model, compute.device(), compute.precision(), threads, cached.features());
      Features samples = get("train", "training", train, features, cached);
      Dataset val = chosen.splits().val();
      Features held = val == null ? null : get("val", "validation", val, features, cached);
      Features tested = get("test", chosen.split(), chosen.part(), features, cached);
      TextClasses texts =
          vectors != null
              ? new TextClasses(
                  Features.of(vectors, new int[0], samples.origin().named("the class names")),
                  options.logitScale == null ? scale(model) : options.logitScale)
              : head.needsTexts() ? options.texts(head) : null;
      return new Found(
          samples, held, tested, texts, model, Json.of("model", name, "from_cache", cached.json()));
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static Features get(
      String key, String name, Dataset set, DataFeatures features, CachedFeatures cached)
      throws IOException {
    return cached
        .images(key, name, set, watch -> features.of(set, watch), DataFeatures.Found::fromCache)
        .features();
  }

  private static double scale(WeightsFolder.Loaded model) {
    try (Tensor scale = model.model().as(EncodesText.class).logitScale()) {
      return scale.item();
    }
  }
}
