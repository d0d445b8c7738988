package dev.vit4j.task.segmentation;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.SegmentationCounts;
import dev.vit4j.model.Model;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.MaskTotals;
import dev.vit4j.task.SegmentationEvaluation;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a segmentation model at the size of the masks: scores are resized to it bilinearly. The
 * memory does not grow with the number of samples.
 */
final class SegmentationMeasure implements SharedMeasure<MaskTotals.Part> {
  private final ModelInput input;
  private final Dataset data;
  private final Masks masks;
  private final Device device;
  private final MaskTotals totals;

  SegmentationMeasure(int classes, ModelInput input, Dataset data, Device device) {
    this.input = input;
    this.data = data;
    this.masks = Masks.of(data);
    this.device = device;
    this.totals = new MaskTotals(classes);
  }

  @Override
  public MaskTotals.Part compute(Model model, Batch batch) throws IOException {
    int size = batch.size();
    Tensor logits = model.apply(input.of(batch, 0, size, device)).to(DType.F32); // [B, K, h, w]
    SegmentationCounts counts = new SegmentationCounts(totals.result().classes());
    Map<Integer, Image> predicted = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      int index = batch.indices()[i];
      data.check(index); // image and mask have one size, which the batch does not show
      try (Scope scope = Scope.open()) {
        predicted.put(index, count(logits.narrow(0, i, 1), masks.mask(index), counts, index));
      }
    }
    return new MaskTotals.Part(counts, predicted);
  }

  @Override
  public void add(MaskTotals.Part batch) {
    totals.add(batch);
  }

  @Override
  public void write(MaskTotals.Part batch, DataOutputStream out) throws IOException {
    batch.write(out);
  }

  @Override
  public MaskTotals.Part read(DataInputStream in) throws IOException {
    return MaskTotals.Part.read(in);
  }

  /** Counts one sample and returns its predicted mask. */
  private Image count(Tensor logits, Image mask, SegmentationCounts counts, int index) {
    Tensor scores = Segmenter.resize(logits, mask.height(), mask.width()); // [1, K, H, W]
    if (!scores.allFinite()) {
      throw new IllegalStateException(
          "the model returns scores that are not finite for %s: its weights are broken"
              .formatted(data.source(index)));
    }
    int[] labels = Masks.labels(mask);
    Tensor y = PixelLoss.targets(labels, 0, 1, mask.height(), mask.width()).to(device);
    double loss = Ops.crossEntropySum(scores, y, null, 0, PixelValues.IGNORED).item();
    Image predicted = Segmenter.mask(scores);
    counts.add(labels, Masks.labels(predicted));
    counts.addLoss(loss, (double) Masks.labelled(labels, 0, labels.length));
    return predicted;
  }

  @Override
  public Map<String, Double> values() {
    return SegmentationEvaluation.values(totals.result());
  }

  @Override
  public Evaluation evaluation(List<String> classes) {
    return totals.evaluation(data, classes);
  }
}
