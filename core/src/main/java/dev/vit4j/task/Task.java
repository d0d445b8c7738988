package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Targets;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A learning task: its targets, loss and metrics. Trainer, evaluator, reports and command line use
 * tasks only through this interface. A new task is one class and one line in {@code
 * task.catalog.Tasks}.
 */
public interface Task {
  /** Returns the name in recipes, also used for the folder in {@code runs/}. */
  String name();

  /** Returns whether the task can be trained on these targets. */
  boolean learnsFrom(Targets targets);

  /**
   * Returns the task for a training: with settings of the recipe, and with the metrics that fit
   * these targets, for which {@link #learnsFrom} holds.
   *
   * @throws IOException if a file that the recipe names cannot be read
   */
  default Task with(Recipe recipe, Targets targets) throws IOException {
    return this;
  }

  /** Returns whether {@link #with} returns a task with other metrics for other targets. */
  default boolean metricsDependOnData() {
    return false;
  }

  /** Returns values for the metadata of the weights that are needed to evaluate them. */
  default Map<String, String> metadata() {
    return Map.of();
  }

  /** Returns whether a model supports this task. */
  boolean fits(Model model);

  /**
   * Opens the data set of a recipe.
   *
   * @param notes receives messages about skipped files and long operations
   * @throws IOException as {@link Datasets#open(DataSpec, Consumer)}
   */
  default Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    return Datasets.open(spec, notes);
  }

  /** Returns model arguments that follow from the data unless the recipe sets them. */
  default Map<String, Object> modelArgs(Dataset train) {
    return Map.of("num_classes", train.classes().size());
  }

  /**
   * Checks that model, data and recipe match, before the first epoch. {@link #learnsFrom} and
   * {@link #fits} hold.
   *
   * @throws IllegalArgumentException if they do not match
   */
  void check(Recipe recipe, Model model, Dataset train);

  /**
   * Returns the keys of a recipe by which the objective changes images randomly, which prevents
   * caching the features of a frozen backbone.
   */
  default List<String> randomKeys(Recipe recipe) {
    return List.of();
  }

  /**
   * Returns notes about the training data.
   *
   * @throws IOException if targets cannot be read
   */
  default List<String> notes(Dataset train) throws IOException {
    return List.of();
  }

  /**
   * Creates the training objective.
   *
   * @param input input type of the model
   * @param train training data; null if there is none, as in benchmarks, where balanced class
   *     weights are not available
   * @throws IOException if targets cannot be read
   */
  Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException;

  /** Returns random targets of a batch by column name, for benchmarks. */
  Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random);

  /** Returns the training metrics besides the loss, in the order of the logs. */
  List<Metric> trainMetrics();

  /** Returns the validation metrics besides the loss, in the order of the logs. */
  List<Metric> valMetrics();

  /** Returns the metric that selects the best epoch and the best run of a sweep. */
  default Metric decides() {
    return valMetrics().get(0);
  }

  /** Returns the maximum batch size of an evaluation. */
  default int evaluationBatch(Model model) {
    return 256;
  }

  /** Creates an empty measure. */
  Measure measure(Model model, ModelInput input, Dataset data, Device device);

  /** Draws the first samples of a batch with their targets. */
  BufferedImage draw(String title, Batch batch, Dataset data, int most);

  /**
   * Draws samples of a data set with their targets.
   *
   * @throws IOException if a sample cannot be read
   */
  BufferedImage draw(String title, Dataset data, int[] samples) throws IOException;

  /**
   * Describes the target of a sample, such as its class.
   *
   * @throws IOException if the target cannot be read
   */
  String target(Dataset data, int index) throws IOException;

  /**
   * Maps the classes of a data set to those of a model.
   *
   * @param loaded the model
   * @param notes receives notes about assumptions
   * @throws IllegalArgumentException if the model does not have a class of the data set
   */
  Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes);

  /**
   * Creates the predictions of a model, which takes over the model and closes it.
   *
   * @param precision null for the default of model and processor
   * @param threads number of compute threads, at least 1
   * @param topK maximum number of classes per image, if the task predicts several
   */
  default Answering<?> answering(
      WeightsFolder.Loaded loaded,
      Device device,
      @Nullable Precision precision,
      int threads,
      int topK) {
    ReadyModel ready = new ReadyModel(loaded.model(), device, precision, threads);
    try {
      return answering(loaded, ready, topK);
    } catch (RuntimeException e) {
      ready.close();
      throw e;
    }
  }

  /**
   * Creates the predictions of a prepared model, which may be used by others too; closing either
   * closes it.
   *
   * @param ready the model of {@code loaded}
   * @param topK maximum number of classes per image, if the task predicts several
   * @throws IllegalArgumentException if the task does not support the model
   */
  Answering<?> answering(WeightsFolder.Loaded loaded, ReadyModel ready, int topK);

  /**
   * Evaluates every sample of a data set.
   *
   * @param input input type of the model
   * @throws IOException if a sample cannot be read
   */
  default Evaluation evaluate(
      Evaluator evaluator, WeightsFolder.Loaded loaded, ModelInput input, Dataset data)
      throws IOException {
    Measure measure = measure(loaded.model(), input, data, evaluator.device());
    evaluator.run(measure, loaded.model(), input, data);
    return measure.evaluation(loaded.classNames());
  }

  /**
   * Checks that the number of classes matches between head, data and class weights.
   *
   * @throws IllegalArgumentException if they differ
   */
  static void requireClasses(Recipe recipe, Model model, Dataset data) {
    if (recipe.find(LossKeys.CLASS_WEIGHTS).orElse(null) instanceof List<?> weights
        && weights.size() != model.numClasses()) {
      throw new IllegalArgumentException(
          "class_weights has %d values, but the model has %d classes: set one per class, or balanced"
              .formatted(weights.size(), model.numClasses()));
    }
    if (model.numClasses() != data.classes().size()) {
      throw new IllegalArgumentException(
          "%s has %d classes, but num_classes of the model is %d: remove it, or set it to %d"
              .formatted(
                  recipe.get(DataKeys.DATA),
                  data.classes().size(),
                  model.numClasses(),
                  data.classes().size()));
    }
  }
}
