package dev.vit4j.task.classification;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.format.Count;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.model.Model;
import dev.vit4j.task.ClassificationEvaluation;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.Device;
import java.util.List;
import java.util.Map;

/** Measures a classifier with 12 bytes of memory per sample. */
final class ClassificationMeasure implements SharedMeasure {
  private final ModelInput input;
  private final Dataset data;
  private final Device device;
  private final ClassificationResult result;

  ClassificationMeasure(int classes, ModelInput input, Dataset data, Device device) {
    if (data.classes().size() > classes) {
      throw new IllegalArgumentException(
          "%s has %s, but the model has %d: evaluate it on the data it was trained on"
              .formatted(data.name(), Count.of(data.classes().size(), "class"), classes));
    }
    this.input = input;
    this.data = data;
    this.device = device;
    this.result = new ClassificationResult(classes);
  }

  @Override
  public float[] outputs(Model model, Batch batch) {
    return input.logits(model, input.of(batch, 0, batch.size(), device)).toFloats();
  }

  @Override
  public void add(Batch targets, float[] logits) {
    result.add(logits, targets.labels(), targets.size());
  }

  @Override
  public Map<String, Double> values() {
    return ClassificationEvaluation.values(result);
  }

  @Override
  public Evaluation evaluation(List<String> classes) {
    return new ClassificationEvaluation(result, data, classes);
  }
}
