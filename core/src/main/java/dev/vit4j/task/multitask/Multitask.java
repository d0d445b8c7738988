package dev.vit4j.task.multitask;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Targets;
import dev.vit4j.infer.Answering;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.ClassWeights;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Task;
import dev.vit4j.task.segmentation.Segmentation;
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
 * Two tasks on one model, learned from masks: the classes of each patch (multi-label
 * classification) and a mask for each of them. Data, pictures and checks are those of segmentation.
 */
public final class Multitask implements Task {
  private static final long EVALUATED_AT_ONCE = 1 << 24; // outputs: 64 MiB per thread

  private final Segmentation segmentation = new Segmentation();

  @Override
  public String name() {
    return "multitask";
  }

  @Override
  public boolean learnsFrom(Targets targets) {
    return targets instanceof Masks;
  }

  @Override
  public boolean fits(Model model) {
    return model instanceof ClassifiesPatches;
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    segmentation.check(recipe, model, train);
    if (recipe.get(LossKeys.SMOOTHING) != 0 || recipe.get(LossKeys.DICE) != 0) {
      throw new IllegalArgumentException(
          "smoothing and dice are not for the multitask task: leave them out, and use class_weights for rare classes");
    }
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException {
    float[] weights = ClassWeights.of(recipe, train, model.numClasses());
    return new MultitaskObjective(model, input, new PatchLoss(weights, device), device);
  }

  @Override
  public Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random) {
    return segmentation.randomTargets(model, batch, random);
  }

  @Override
  public List<Metric> trainMetrics() {
    return List.of(Metric.PIXEL_ACCURACY);
  }

  @Override
  public List<Metric> valMetrics() {
    return List.of(Metric.MIOU, Metric.PIXEL_ACCURACY, Metric.PATCH_MAP, Metric.PATCH_F1);
  }

  /** Limits the memory of the outputs: M numbers per pixel, and K per patch. */
  @Override
  public int evaluationBatch(Model model) {
    ClassifiesPatches patches = model.as(ClassifiesPatches.class);
    long pixels = (long) model.height() * model.width();
    long classes = model.numClasses() / ((long) patches.patchSize() * patches.patchSize());
    long outputs = pixels * (patches.masksPerPatch() + classes + 1);
    return (int)
        Math.max(1, Math.min(Task.super.evaluationBatch(model), EVALUATED_AT_ONCE / outputs));
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    return new MultitaskMeasure(model.numClasses(), input, data, device);
  }

  @Override
  public BufferedImage draw(String title, Batch batch, Dataset data, int most) {
    return segmentation.draw(title, batch, data, most);
  }

  @Override
  public BufferedImage draw(String title, Dataset data, int[] samples) throws IOException {
    return segmentation.draw(title, data, samples);
  }

  @Override
  public String target(Dataset data, int index) throws IOException {
    return segmentation.target(data, index);
  }

  @Override
  public Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes) {
    return segmentation.align(data, loaded, notes);
  }

  @Override
  public Answering<?> answering(
      WeightsFolder.Loaded loaded,
      Device device,
      @Nullable Precision precision,
      int threads,
      int topK) {
    return segmentation.answering(loaded, device, precision, threads, topK);
  }
}
