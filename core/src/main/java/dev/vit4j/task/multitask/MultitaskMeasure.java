package dev.vit4j.task.multitask;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.LabelMap;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.MultiLabelResult;
import dev.vit4j.metric.SegmentationCounts;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Model;
import dev.vit4j.model.PatchOutputs;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.MaskTotals;
import dev.vit4j.task.Numbers;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures both outputs: label maps at the size of the masks, and the classes of patches. A class
 * is present in a patch if a pixel of the patch has it, at the input size of the model.
 */
final class MultitaskMeasure implements SharedMeasure<MultitaskMeasure.Part> {
  private final ModelInput input;
  private final Dataset data;
  private final Masks masks;
  private final Device device;
  private final int classes;
  private final MaskTotals totals;
  private final MultiLabelResult labels;

  MultitaskMeasure(int classes, ModelInput input, Dataset data, Device device) {
    this.input = input;
    this.data = data;
    this.masks = Masks.of(data);
    this.device = device;
    this.classes = classes;
    this.totals = new MaskTotals(classes);
    this.labels = new MultiLabelResult(classes);
  }

  /**
   * The classes of the patches of an image.
   *
   * @param logits [patches, classes]
   * @param present 1 where a class occurs, 0 where not, -1 in patches without labels: [patches,
   *     classes]
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Sample(float[] logits, byte[] present) {
    static Sample of(float[] logits, PatchTargets targets) {
      byte[] present = new byte[logits.length];
      for (int i = 0; i < present.length; i++) {
        boolean labelled = targets.labelled()[i / targets.classes()];
        present[i] = (byte) (!labelled ? -1 : targets.present()[i] ? 1 : 0);
      }
      return new Sample(logits, present);
    }
  }

  /** The results of a batch. */
  record Part(MaskTotals.Part masks, List<Sample> samples) {}

  @Override
  public Part compute(Model model, Batch batch) throws IOException {
    PatchOutputs outputs = outputs(model, batch);
    SegmentationCounts counts = new SegmentationCounts(classes);
    Map<Integer, Image> predicted = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      int index = batch.indices()[i];
      data.check(index); // image and mask have one size, which the batch does not show
      Image mask = masks.mask(index);
      PatchOutputs one = outputs.narrow(i, 1);
      PatchTargets targets = targets(one, mask);
      Image map = LabelMap.resize(map(one), mask.height(), mask.width());
      counts.add(Masks.labels(mask), Masks.labels(map));
      if (targets.labelledPatches() > 0) {
        counts.addLoss(loss(one, targets), 1);
      }
      predicted.put(index, map);
      samples.add(Sample.of(one.classes().toFloats(), targets));
    }
    return new Part(new MaskTotals.Part(counts, predicted), samples);
  }

  private PatchOutputs outputs(Model model, Batch batch) {
    PatchOutputs raw =
        model.as(ClassifiesPatches.class).patches(input.of(batch, 0, batch.size(), device));
    PatchOutputs outputs =
        new PatchOutputs(
            raw.classes().to(DType.F32), raw.masks().to(DType.F32), raw.columns(), raw.patchSize());
    if (!outputs.classes().allFinite() || !outputs.masks().allFinite()) {
      throw new IllegalStateException(
          "the model returns scores that are not finite for %s: its weights are broken"
              .formatted(data.source(batch.indices()[0])));
    }
    return outputs;
  }

  private Image map(PatchOutputs one) {
    int width = one.columns() * one.patchSize();
    return PixelValues.ofLabels(one.labelMap(), width, one.rows() * one.patchSize(), classes);
  }

  private PatchTargets targets(PatchOutputs one, Image mask) {
    int height = one.rows() * one.patchSize();
    int width = one.columns() * one.patchSize();
    int[] pixels = Masks.labels(LabelMap.resize(mask, height, width));
    return PatchTargets.of(pixels, height, width, one.patchSize(), classes);
  }

  /** The loss of an image, as in training without class weights. */
  private double loss(PatchOutputs one, PatchTargets targets) {
    try (PatchLoss loss = new PatchLoss(null, 0, device)) {
      return loss.classes(one, targets, 0, 1, device).item() / targets.labelledPatches()
          + loss.masks(one, targets, 0, 1, device).item() / loss.weightOf(targets);
    }
  }

  @Override
  public void add(Part batch) {
    totals.add(batch.masks());
    for (Sample sample : batch.samples()) {
      for (int i = 0; i < sample.present().length; i++) {
        if (sample.present()[i] >= 0) {
          labels.add(i % classes, sample.logits()[i], sample.present()[i] == 1);
        }
      }
    }
  }

  @Override
  public void write(Part batch, DataOutputStream out) throws IOException {
    batch.masks().write(out);
    out.writeInt(batch.samples().size());
    for (Sample sample : batch.samples()) {
      Numbers.write(sample.logits(), out);
      out.write(sample.present());
    }
  }

  @Override
  public Part read(DataInputStream in) throws IOException {
    MaskTotals.Part masks = MaskTotals.Part.read(in);
    List<Sample> samples = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      float[] logits = Numbers.readFloats(in);
      samples.add(new Sample(logits, in.readNBytes(logits.length)));
    }
    return new Part(masks, samples);
  }

  @Override
  public Map<String, Double> values() {
    return evaluation(List.of()).values();
  }

  @Override
  public Evaluation evaluation(List<String> names) {
    return new MultitaskEvaluation(totals.evaluation(data, names), labels, names);
  }
}
