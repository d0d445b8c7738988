package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Targets;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.infer.Answering;
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
 * What a model learns: which targets, by which loss, judged by which metrics. The trainer, the
 * evaluator, the reports and the command line know tasks by this interface only. A new task is one
 * class and one line in {@code task.catalog.Tasks}.
 */
public interface Task {
  /** The recipe's {@code task}, and the folder below {@code runs/}. */
  String name();

  /** Whether samples with such targets teach this task. */
  boolean learnsFrom(Targets targets);

  /** Whether a model can do this task. */
  boolean fits(Model model);

  /**
   * Opens the data that a recipe names.
   *
   * @param notes gets what was left out or takes long, in lines for people
   * @throws IOException as {@link Datasets#open(DataSpec, Consumer)}
   */
  default Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    return Datasets.open(spec, notes);
  }

  /** The model's arguments that follow from the data unless the recipe sets them. */
  default Map<String, Object> modelArgs(Dataset train) {
    return Map.of("num_classes", train.classes().size());
  }

  /**
   * Checks that model, data and recipe go together, before the first epoch.
   *
   * @throws IllegalArgumentException saying what does not and what to do
   */
  void check(Recipe recipe, Model model, Dataset train);

  /**
   * The recipe's keys by which the objective changes images at random, of those that it sets:
   * features of a frozen backbone cannot be computed once then.
   */
  default List<String> randomKeys(Recipe recipe) {
    return List.of();
  }

  /** Lines about the training data that are worth knowing before hours go into it. */
  List<String> notes(Dataset train) throws IOException;

  /**
   * What the training minimizes.
   *
   * @param input what the set's samples are to the model
   * @param train null where no data is read, as in measurements of speed: balanced class weights
   *     cannot be counted then
   * @throws IOException if the targets of the set cannot be read
   */
  Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException;

  /**
   * Random targets of a batch of images in the model's size, by column name, for measurements of
   * speed.
   */
  Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random);

  /** The metrics of a training epoch besides the loss, in the order of the logs. */
  List<Metric> trainMetrics();

  /** The metrics of a validation besides the loss, in the order of the logs. */
  List<Metric> valMetrics();

  /** The metric by which the best epoch, and the best run of several, is chosen. */
  default Metric decides() {
    return valMetrics().get(0);
  }

  /** Images that go through a model at once in an evaluation, at most. */
  default int evaluationBatch(Model model) {
    return 256;
  }

  /** A measure to which nothing has been added. */
  Measure measure(Model model, ModelInput input, Dataset data, Device device);

  /** Draws the first samples of a batch with their targets. */
  BufferedImage draw(String title, Batch batch, Dataset data, int most);

  /**
   * Draws samples of a data set with their targets.
   *
   * @throws IOException if one cannot be read
   */
  BufferedImage draw(String title, Dataset data, int[] samples) throws IOException;

  /**
   * A sample's target in words, such as its class.
   *
   * @throws IOException if it cannot be read
   */
  String target(Dataset data, int index) throws IOException;

  /**
   * The data set with the classes of a model.
   *
   * @param loaded the model
   * @param notes gets what was assumed
   * @throws IllegalArgumentException if the data has classes that the model lacks
   */
  Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes);

  /**
   * The model as it answers about images; it is closed with the answering.
   *
   * @param precision null for the one that suits model and processor
   * @param threads that compute at the same time, at least 1
   * @param topK classes to name for an image at most, where the task names several
   */
  Answering<?> answering(
      WeightsFolder.Loaded loaded,
      Device device,
      @Nullable Precision precision,
      int threads,
      int topK);

  /**
   * Evaluates every sample of a data set.
   *
   * @param input what the set's samples are to the model
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
   * Checks that a head has as many classes as the data, and class weights one number for each.
   *
   * @throws IllegalArgumentException if not
   */
  static void requireClasses(Recipe recipe, Model model, Dataset data) {
    if (recipe.find(LossKeys.CLASS_WEIGHTS).orElse(null) instanceof List<?> weights
        && weights.size() != model.numClasses()) {
      throw new IllegalArgumentException(
          "class_weights has %d numbers, the model has %d classes: give one for each, or balanced"
              .formatted(weights.size(), model.numClasses()));
    }
    if (model.numClasses() != data.classes().size()) {
      throw new IllegalArgumentException(
          "%s has %d classes, the model's num_classes is %d: leave it out or set it to %d"
              .formatted(
                  recipe.get(DataKeys.DATA),
                  data.classes().size(),
                  model.numClasses(),
                  data.classes().size()));
    }
  }
}
