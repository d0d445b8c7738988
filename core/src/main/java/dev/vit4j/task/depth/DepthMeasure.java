package dev.vit4j.task.depth;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Depths;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.DepthEstimator;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.DepthResult;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Model;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Numbers;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a model at the size of the depths: log depths are resized to it bilinearly. The memory
 * does not grow with the number of samples.
 */
final class DepthMeasure implements SharedMeasure<DepthMeasure.Part> {
  /** Maximum number of worst images to show. */
  static final int WORST = 8;

  private final ModelInput input;
  private final Dataset data;
  private final Depths depths;
  private final DepthLoss loss;
  private final Device device;
  private final DepthResult result = new DepthResult();
  private final List<Shown> worst = new ArrayList<>();

  /**
   * A sample with its prediction.
   *
   * @param predicted meters [H, W]
   */
  record Shown(int index, double rmse, float[] predicted) {}

  /** The results of the samples of a batch. */
  record Part(List<DepthResult> results, List<Shown> samples) {}

  DepthMeasure(ModelInput input, Dataset data, DepthLoss loss, Device device) {
    this.input = input;
    this.data = data;
    this.depths = Depths.of(data);
    this.loss = loss;
    this.device = device;
  }

  @Override
  public Part compute(Model model, Batch batch) throws IOException {
    int size = batch.size();
    Tensor z = model.apply(input.of(batch, 0, size, device)).to(DType.F32); // [B, 1, h, w]
    List<DepthResult> results = new ArrayList<>();
    List<Shown> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int index = batch.indices()[i];
      try (Scope scope = Scope.open()) {
        all.add(measure(z.narrow(0, i, 1), depths.depths(index), results, index));
      }
    }
    return new Part(results, all);
  }

  private Shown measure(Tensor z, Image target, List<DepthResult> results, int index) {
    Tensor full = Segmenter.resize(z, target.height(), target.width());
    if (!full.allFinite()) {
      throw new IllegalStateException(
          "the model returns depths that are not finite for %s: its weights are broken"
              .formatted(data.source(index)));
    }
    float[] meters = PixelValues.numbers(target);
    double weight = loss.weightOf(meters, 0, 1, meters.length);
    DepthLoss.Known known = DepthLoss.Known.of(meters, 0, 1, meters.length, device);
    float[] predicted = DepthEstimator.meters(full.toFloats());
    DepthResult own = new DepthResult();
    own.add(meters, predicted);
    own.addLoss(loss.sum(full.reshape(1, meters.length), known).item(), weight);
    results.add(own);
    return new Shown(index, own.rmse(), predicted);
  }

  /** Adds sample by sample, so that the sums do not depend on the size of a batch. */
  @Override
  public void add(Part batch) {
    batch.results().forEach(result::add);
    batch.samples().stream().filter(s -> !Double.isNaN(s.rmse())).forEach(worst::add);
    worst.sort(Comparator.comparingDouble(Shown::rmse).reversed().thenComparing(Shown::index));
    while (worst.size() > WORST) {
      worst.remove(worst.size() - 1);
    }
  }

  @Override
  public void write(Part batch, DataOutputStream out) throws IOException {
    out.writeInt(batch.results().size());
    for (int i = 0; i < batch.results().size(); i++) {
      batch.results().get(i).write(out);
      Shown sample = batch.samples().get(i);
      out.writeInt(sample.index());
      out.writeDouble(sample.rmse());
      Numbers.write(sample.predicted(), out);
    }
  }

  @Override
  public Part read(DataInputStream in) throws IOException {
    Part batch = new Part(new ArrayList<>(), new ArrayList<>());
    for (int count = in.readInt(); count > 0; count--) {
      batch.results().add(DepthResult.read(in));
      batch.samples().add(new Shown(in.readInt(), in.readDouble(), Numbers.readFloats(in)));
    }
    return batch;
  }

  @Override
  public Map<String, Double> values() {
    return values(result);
  }

  static Map<String, Double> values(DepthResult result) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(Metric.RMSE.key(), result.rmse());
    values.put(Metric.ABS_REL.key(), result.absRel());
    values.put(Metric.DELTA1.key(), result.delta(1));
    values.put(Metric.DELTA2.key(), result.delta(2));
    values.put(Metric.DELTA3.key(), result.delta(3));
    values.put(Metric.LOSS.key(), result.loss());
    return values;
  }

  @Override
  public Evaluation evaluation(List<String> classes) {
    return new DepthEvaluation(result, data, List.copyOf(worst));
  }
}
