package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Optimizers;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Measures the training and inference speed of a model, with random weights and inputs, after a
 * warm-up. A training step is that of {@link Trainer}: forward pass, the loss of the model's task,
 * backward pass, AdamW. An inference step is a forward pass without gradients, of images or of
 * texts.
 */
public final class Benchmark {
  private static final int WARM_UP = 3;
  private static final int SEED = 0;

  private Benchmark() {}

  /**
   * What to measure.
   *
   * @param model name in the model catalog
   * @param batch images or texts per step, at least 1
   * @param threads number of threads that share a batch, at least 1
   * @param runs number of timed steps, at least 1
   */
  public record Settings(
      String model, int batch, Precision precision, Device device, int threads, int runs) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public Settings {
      if (batch < 1 || threads < 1 || runs < 1) {
        throw new IllegalArgumentException(
            "batch size, threads and runs must be at least 1, not %d, %d and %d"
                .formatted(batch, threads, runs));
      }
    }
  }

  /** The duration of each timed step, in milliseconds. */
  public record Timing(double[] milliseconds, int batch) {
    /** Returns the median duration. */
    public double median() {
      double[] sorted = sorted();
      int n = sorted.length;
      return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** Returns the shortest duration. */
    public double best() {
      return sorted()[0];
    }

    /** Returns the images or texts per second, from the median. */
    public double perSecond() {
      return 1000.0 * batch / median();
    }

    private double[] sorted() {
      double[] sorted = milliseconds.clone();
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /**
   * Times training steps of the first task that the model supports.
   *
   * @throws IllegalArgumentException if the model is a classifier without classes
   */
  public static Timing train(Settings s) throws IOException {
    Model model = model(s);
    if (model instanceof Classifies && model.numClasses() == 0) {
      throw new IllegalArgumentException(
          "%s has no classes to learn: measure another model".formatted(s.model()));
    }
    Task task = Tasks.of(model);
    Recipe recipe =
        Recipe.named("mnist-sample")
            .with("task", task.name())
            .with("model", s.model())
            .with("opt", "adamw")
            .with("lr", 1e-3)
            .with("batch_size", s.batch())
            .with("compute_workers", Workers.auto(model, s.batch(), s.threads()))
            .with("precision", s.precision().toString());
    try (model;
        Workers workers =
            new Workers(
                model,
                task.objective(
                    recipe, model, ModelInput.pictures(preprocess(model)), null, s.device()),
                recipe,
                s.device(),
                s.threads());
        Optimizer optimizer = Optimizers.of(recipe, model)) {
      workers.train(true);
      Batch batch = batch(task, model, s.batch());
      return time(
          s,
          () -> {
            workers.run(batch, 0, 1, 1);
            optimizer.step(recipe.get(OptimizerKeys.LR));
            Gradients.clear(workers.parameters());
          });
    }
  }

  /** Times forward passes of a {@link ReadyModel}. */
  public static Timing infer(Settings s) {
    try (ReadyModel model = new ReadyModel(model(s), s.device(), s.precision(), s.threads());
        Scope scope = Scope.open()) {
      Model m = model.model();
      Tensor x =
          Tensor.empty(DType.F32, Device.CPU, s.batch(), m.channels(), m.height(), m.width())
              .normal_(0, 1, new Generator(SEED))
              .to(s.device());
      return time(
          s, () -> model.apply(s.batch(), (from, to) -> x.narrow(0, from, to - from), y -> y));
    }
  }

  /**
   * Times forward passes of the text tower of a {@link ReadyModel}.
   *
   * @param tokens tokens of each text, with the start and end token; null for the context length
   * @throws IllegalArgumentException if the model has no text tower or a shorter context
   */
  public static Timing text(Settings s, @Nullable Integer tokens) {
    try (ReadyModel model = new ReadyModel(model(s), s.device(), s.precision(), s.threads());
        Scope scope = Scope.open()) {
      EncodesText m = model.model().as(EncodesText.class);
      int length = tokens == null ? m.contextLength() : tokens;
      if (length < 2 || length > m.contextLength()) {
        throw new IllegalArgumentException(
            "a text of %s has 2 to %d tokens, not %d"
                .formatted(s.model(), m.contextLength(), length));
      }
      int end = m.vocabSize() - 1; // CLIP's largest token
      SplittableRandom random = new SplittableRandom(SEED);
      long[] ids = random.longs((long) s.batch() * length, 0, end).toArray();
      for (int text = 1; text <= s.batch(); text++) {
        ids[text * length - 1] = end;
      }
      Tensor all = Tensor.of(ids, s.batch(), length).to(s.device());
      return time(
          s, () -> model.textFeatures(s.batch(), (from, to) -> all.narrow(0, from, to - from)));
    }
  }

  private static Model model(Settings s) {
    Model model = Models.create(s.model(), Map.of(), Init.seeded(SEED));
    model.to(s.device());
    return model;
  }

  private static Preprocess preprocess(Model m) {
    List<Double> half = Collections.nCopies(m.channels(), 0.5);
    return new Preprocess(
        m.channels(), m.height(), m.width(), "bicubic", 1.0, "squash", half, half, "none");
  }

  private static Batch batch(Task task, Model m, int size) {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] pixels = new byte[Math.multiplyExact(size, m.channels() * m.height() * m.width())];
    random.nextBytes(pixels);
    Column.Bytes images = new Column.Bytes(pixels, m.channels(), m.height(), m.width());
    return Batch.of(new int[size], images, task.randomTargets(m, size, random));
  }

  private static Timing time(Settings s, Runnable step) {
    double[] ms = new double[s.runs()];
    for (int i = -WARM_UP; i < s.runs(); i++) {
      long start = System.nanoTime();
      step.run();
      if (i >= 0) {
        ms[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return new Timing(ms, s.batch());
  }
}
