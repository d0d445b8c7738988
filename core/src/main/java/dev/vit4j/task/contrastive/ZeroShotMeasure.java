package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.task.ClassificationEvaluation;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Scores;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Templates;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures zero-shot classification with 12 bytes of memory per sample. */
final class ZeroShotMeasure implements SharedMeasure<Scores> {
  private final ModelInput input;
  private final Dataset data;
  private final Device device;
  private final Texts texts;
  private final ClassCaptions captions;
  private final ClassificationResult result;
  private float @Nullable [] classVectors; // [K, E] of the model that is measured

  ZeroShotMeasure(
      EncodesText model, ModelInput input, Dataset data, Templates templates, Device device) {
    this.input = input;
    this.data = data;
    this.device = device;
    this.texts = Texts.of(model);
    this.captions = new ClassCaptions(texts, templates, data.classes());
    this.result = new ClassificationResult(data.classes().size());
  }

  @Override
  public Scores compute(Model model, Batch batch) {
    EncodesText both = model.as(EncodesText.class);
    Tensor pixels = input.of(batch, 0, batch.size(), device);
    Tensor image = Ops.normalize(both.features(pixels).to(DType.F32));
    Tensor logits = both.logitsPerImage(image, classes(both)).to(DType.F32);
    return new Scores(logits.toFloats(), batch.labels());
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

  /** Returns the vectors of the classes [K, E], computed by the first batch. */
  private synchronized Tensor classes(EncodesText model) {
    if (classVectors == null) {
      classVectors = ClassVectors.of(model, texts, captions, device).toFloats();
    }
    int classes = captions.classes();
    return Tensor.of(classVectors, classes, classVectors.length / classes).to(device);
  }

  @Override
  public Map<String, Double> values() {
    return ClassificationEvaluation.values(result);
  }

  @Override
  public Evaluation evaluation(List<String> classes) {
    return new ClassificationEvaluation(result, data, data.classes());
  }
}
