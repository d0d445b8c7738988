package dev.vit4j.task.depth;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Depths;
import dev.vit4j.data.Targets;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.DepthAnswering;
import dev.vit4j.infer.DepthEstimator;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.task.PixelRecipe;
import dev.vit4j.task.Task;
import dev.vit4j.tensor.Device;
import dev.vit4j.view.DepthSheet;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A depth per pixel: a model of one output per pixel, which is the logarithm of the depth in
 * meters, trained with the L1 or the scale-invariant loss ({@link DepthLoss} in recipes: {@code
 * depth_loss}), measured by the RMSE in meters over all pixels with a known depth.
 */
public final class Depth implements Task {
  private static final String LOSS = LossKeys.DEPTH_LOSS.name();
  private static final int IN_A_ROW = 4;
  private static final int EVALUATED_AT_ONCE = 1 << 22; // pixels

  private final DepthLoss loss;

  /** Creates the task with the scale-invariant loss. */
  public Depth() {
    this(DepthLoss.SILOG);
  }

  private Depth(DepthLoss loss) {
    this.loss = loss;
  }

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public boolean learnsFrom(Targets targets) {
    return targets instanceof Depths;
  }

  @Override
  public Task with(Recipe recipe, Targets targets) {
    return new Depth(DepthLoss.named(recipe.get(LossKeys.DEPTH_LOSS)));
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of(LOSS, loss.name().toLowerCase(Locale.ROOT));
  }

  /** The scores of a model that classifies patches are probabilities, not depths. */
  @Override
  public boolean fits(Model model) {
    return model instanceof Segments && !(model instanceof ClassifiesPatches);
  }

  @Override
  public Map<String, Object> modelArgs(Dataset train) {
    return Map.of("num_classes", 1);
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    PixelRecipe.check(recipe, name());
    DepthEstimator.requireOneOutput(model);
    if (recipe.get(LossKeys.SMOOTHING) != 0
        || recipe.get(LossKeys.DICE) != 0
        || recipe.find(LossKeys.CLASS_WEIGHTS).isPresent()) {
      throw new IllegalArgumentException(
          "smoothing, dice and class_weights are for classes: leave them out for depth");
    }
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device) {
    return new DepthObjective(input, DepthLoss.named(recipe.get(LossKeys.DEPTH_LOSS)), device);
  }

  @Override
  public Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random) {
    float[] meters = new float[Math.multiplyExact(batch, model.height() * model.width())];
    for (int i = 0; i < meters.length; i++) {
      meters[i] = (float) random.nextDouble(0.5, 10);
    }
    return Map.of(Batch.DEPTH, new Column.Floats(meters, model.height(), model.width()));
  }

  @Override
  public List<Metric> trainMetrics() {
    return List.of(Metric.DELTA1);
  }

  @Override
  public List<Metric> valMetrics() {
    return List.of(Metric.RMSE, Metric.ABS_REL, Metric.DELTA1, Metric.DELTA2, Metric.DELTA3);
  }

  @Override
  public int evaluationBatch(Model model) {
    int pixels = model.height() * model.width();
    return Math.max(1, Math.min(Task.super.evaluationBatch(model), EVALUATED_AT_ONCE / pixels));
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    return new DepthMeasure(input, data, loss, device);
  }

  /** Measures the loss that the model was trained with. */
  @Override
  public Evaluation evaluate(
      Evaluator evaluator, WeightsFolder.Loaded loaded, ModelInput input, Dataset data)
      throws IOException {
    String trained = loaded.metadata().get(LOSS);
    DepthMeasure measure =
        new DepthMeasure(
            input, data, trained == null ? loss : DepthLoss.named(trained), evaluator.device());
    evaluator.run(measure, loaded.model(), input, data);
    return measure.evaluation(List.of());
  }

  @Override
  public BufferedImage draw(String title, Batch batch, Dataset data, int most) {
    DepthSheet sheet = new DepthSheet();
    for (int i = 0; i < Math.min(most, batch.size()); i++) {
      sheet.add(batch.image(i), batch.depths(i), null, "");
    }
    return sheet.draw(title, IN_A_ROW);
  }

  @Override
  public BufferedImage draw(String title, Dataset data, int[] samples) throws IOException {
    DepthSheet sheet = new DepthSheet();
    for (int index : samples) {
      sheet.add(
          data.image(index),
          PixelValues.numbers(Depths.of(data).depths(index)),
          null,
          name(data, index));
    }
    return sheet.draw(title, Math.min(IN_A_ROW, samples.length));
  }

  /** Returns the name of a sample, without folder and archive. */
  static String name(Dataset data, int index) {
    String source = data.source(index);
    return source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('!')) + 1);
  }

  /** Returns minimum, median and maximum of the known depths. */
  @Override
  public String target(Dataset data, int index) throws IOException {
    float[] meters = PixelValues.numbers(Depths.of(data).depths(index));
    float[] known = new float[meters.length];
    int count = 0;
    for (float value : meters) {
      if (Depths.isKnown(value)) {
        known[count++] = value;
      }
    }
    return count == 0
        ? "no depths"
        : DepthEstimator.Range.of(Arrays.copyOf(known, count)).toString();
  }

  @Override
  public Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes) {
    Depths.of(data);
    return data;
  }

  @Override
  public Answering<?> answering(WeightsFolder.Loaded loaded, ReadyModel ready, int topK) {
    return new DepthAnswering(DepthEstimator.of(loaded, ready));
  }
}
