package dev.vit4j.task.multitask;

import dev.vit4j.data.Dataset;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.PatchAnswering;
import dev.vit4j.infer.PatchSegmenter;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.ClassWeights;
import dev.vit4j.task.MaskTask;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.tensor.Device;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two tasks on one model, learned from masks: the classes of each patch (multi-label
 * classification) and a mask for each of them. Data, pictures and checks are those of segmentation.
 */
public final class Multitask extends MaskTask {
  private static final long EVALUATED_AT_ONCE = 1 << 22; // outputs: 16 MiB per thread

  @Override
  public String name() {
    return "multitask";
  }

  @Override
  public boolean fits(Model model) {
    return model instanceof ClassifiesPatches;
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    super.check(recipe, model, train);
    if (recipe.get(LossKeys.SMOOTHING) != 0) {
      throw new IllegalArgumentException(
          "smoothing is for classes that exclude each other: leave it out for the multitask task");
    }
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException {
    float[] weights = ClassWeights.of(recipe, train, model.numClasses());
    return new MultitaskObjective(
        model, input, new PatchLoss(weights, recipe.get(LossKeys.DICE), device), device);
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
    return (int) Math.max(1, Math.min(super.evaluationBatch(model), EVALUATED_AT_ONCE / outputs));
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    return new MultitaskMeasure(model.numClasses(), input, data, device);
  }

  @Override
  public Answering<?> answering(WeightsFolder.Loaded loaded, ReadyModel ready, int topK) {
    return new PatchAnswering(PatchSegmenter.of(loaded, ready), topK);
  }
}
