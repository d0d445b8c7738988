package dev.vit4j.task.segmentation;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.metric.SegmentationCounts;
import dev.vit4j.metric.SegmentationResult;
import dev.vit4j.model.Model;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Measure;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Measures a segmentation model at the size of the masks: scores are resized to it bilinearly. The
 * memory does not grow with the number of samples.
 */
final class SegmentationMeasure implements Measure {
  /** Maximum number of worst images to show. */
  static final int WORST = 12;

  private final ModelInput input;
  private final Dataset data;
  private final Masks masks;
  private final Device device;
  private final SegmentationResult result;
  private final Map<Integer, Image> worst = new TreeMap<>(); // predicted masks by sample

  SegmentationMeasure(int classes, ModelInput input, Dataset data, Device device) {
    this.input = input;
    this.data = data;
    this.masks = Masks.of(data);
    this.device = device;
    this.result = new SegmentationResult(classes, WORST);
  }

  @Override
  public Runnable take(Model model, Batch batch) throws IOException {
    int size = batch.size();
    Tensor logits = model.apply(input.of(batch, 0, size, device)).to(DType.F32); // [B, K, h, w]
    SegmentationCounts counts = new SegmentationCounts(result.classes());
    Map<Integer, Image> predicted = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      int index = batch.indices()[i];
      data.check(index); // image and mask have one size, which the batch does not show
      try (Scope scope = Scope.open()) {
        predicted.put(index, count(logits.narrow(0, i, 1), masks.mask(index), counts, index));
      }
    }
    return () -> add(counts, predicted);
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

  private void add(SegmentationCounts counts, Map<Integer, Image> predicted) {
    result.add(counts);
    worst.putAll(predicted);
    Set<Integer> kept =
        result.worst().stream()
            .map(SegmentationResult.Sample::index)
            .collect(Collectors.toCollection(HashSet::new));
    worst.keySet().retainAll(kept);
  }

  @Override
  public Map<String, Double> values() {
    return values(result);
  }

  static Map<String, Double> values(SegmentationResult result) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(Metric.MIOU.key(), result.meanIou());
    values.put(Metric.PIXEL_ACCURACY.key(), result.pixelAccuracy());
    values.put(Metric.LOSS.key(), result.loss());
    return values;
  }

  @Override
  public Evaluation evaluation(List<String> classes) {
    return new SegmentationEvaluation(result, data, classes, Map.copyOf(worst));
  }
}
