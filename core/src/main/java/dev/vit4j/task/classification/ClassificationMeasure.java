package dev.vit4j.task.classification;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.format.Count;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.model.Model;
import dev.vit4j.task.ClassificationEvaluation;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Scores;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.Device;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures a classifier with 12 bytes of memory per sample. */
final class ClassificationMeasure implements SharedMeasure<Scores> {
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
  public Scores compute(Model model, Batch batch) {
    return new Scores(
        input.logits(model, input.of(batch, 0, batch.size(), device)).toFloats(), batch.labels());
  }

  @Override
  public void add(Scores scores) {
    result.add(scores.logits(), scores.labels(), scores.labels().length);
  }

  @Override
  public void write(Scores scores, DataOutputStream out) throws IOException {
    scores.write(out);
  }

  @Override
  public Scores read(DataInputStream in) throws IOException {
    return Scores.read(in);
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
