package dev.vit4j.task.segmentation;

import dev.vit4j.data.Dataset;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.infer.SegmentAnswering;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
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

/** One class per pixel: trained with cross-entropy and Dice, measured by the mean IoU. */
public final class Segmentation extends MaskTask {
  private static final long EVALUATED_AT_ONCE = 1 << 24; // scores: 64 MiB per thread

  @Override
  public String name() {
    return "segmentation";
  }

  /** Models that also classify patches have a task of their own, which trains both outputs. */
  @Override
  public boolean fits(Model model) {
    return model instanceof Segments && !(model instanceof ClassifiesPatches);
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException {
    float[] weights = ClassWeights.of(recipe, train, model.numClasses());
    PixelLoss loss =
        new PixelLoss(
            model.numClasses(),
            weights,
            recipe.get(LossKeys.SMOOTHING),
            recipe.get(LossKeys.DICE),
            device);
    return new SegmentationObjective(input, loss, device);
  }

  @Override
  public List<Metric> trainMetrics() {
    return List.of(Metric.PIXEL_ACCURACY);
  }

  @Override
  public List<Metric> valMetrics() {
    return List.of(Metric.MIOU, Metric.PIXEL_ACCURACY);
  }

  /** Limits the memory of the scores, one per pixel and class. */
  @Override
  public int evaluationBatch(Model model) {
    long scores = (long) model.numClasses() * model.height() * model.width();
    return (int) Math.max(1, Math.min(super.evaluationBatch(model), EVALUATED_AT_ONCE / scores));
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    return new SegmentationMeasure(model.numClasses(), input, data, device);
  }

  @Override
  public Answering<?> answering(WeightsFolder.Loaded loaded, ReadyModel ready, int topK) {
    return new SegmentAnswering(Segmenter.of(loaded, ready));
  }
}
