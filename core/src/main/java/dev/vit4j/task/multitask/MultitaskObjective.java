package dev.vit4j.task.multitask;

import dev.vit4j.data.Batch;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Model;
import dev.vit4j.model.PatchOutputs;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;

/** The sum of the losses of both heads: one per patch, one per pixel. */
final class MultitaskObjective implements Objective {
  private final ModelInput input;
  private final PatchLoss loss;
  private final int side;
  private final int classes;
  private final Device device;

  /** Takes over the loss. */
  MultitaskObjective(Model model, ModelInput input, PatchLoss loss, Device device) {
    this.input = input;
    this.loss = loss;
    this.side = model.as(ClassifiesPatches.class).patchSize();
    this.classes = model.numClasses();
    this.device = device;
  }

  @Override
  public Step step(Batch batch, long step, double done) {
    return new BatchStep(batch);
  }

  private final class BatchStep implements Step {
    private final Batch batch;
    private final PatchTargets targets;
    private final int columns; // patches in a row of an image
    private final double patches; // with a class
    private final double weight; // of all pixels

    BatchStep(Batch batch) {
      this.batch = batch;
      int[] shape = batch.column(Batch.MASK).shape();
      this.targets = PatchTargets.of(batch.pixelLabels(), shape[0], shape[1], side, classes);
      this.columns = shape[1] / side;
      this.patches = targets.labelledPatches();
      this.weight = loss.weightOf(targets);
    }

    @Override
    public Tensor[] inputs(int from, int count) {
      return new Tensor[] {input.of(batch, from, count, device)};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      PatchOutputs outputs = model.as(ClassifiesPatches.class).patches(inputs[0]);
      return new Tensor[] {outputs.classes(), outputs.masks()};
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      PatchOutputs both =
          new PatchOutputs(outputs[0].to(DType.F32), outputs[1].to(DType.F32), columns, side);
      double share = (double) count / batch.size();
      Tensor ofClasses = loss.classes(both, targets, from, count, device);
      Tensor ofMasks = loss.masks(both, targets, from, count, device);
      Tensor mean =
          ofClasses
              .mul(1 / (share * Math.max(1, patches)))
              .add(ofMasks.mul(1 / (share * Math.max(1e-9, weight))));
      if (loss.comparesSamples()) {
        mean = mean.add(loss.dice(both, targets, from, count, device));
      }
      return new Loss(mean, share, tally(both, from, count));
    }

    @Override
    public boolean comparesSamples() {
      return loss.comparesSamples();
    }

    private Tally tally(PatchOutputs outputs, int from, int count) {
      long[] predicted = outputs.selected().gather(2, outputs.masks().argmax(3)).toLongs();
      int first = from * predicted.length / count;
      long right = 0;
      long all = 0;
      for (int i = 0; i < predicted.length; i++) {
        long label = targets.labels()[first + i];
        all += label >= 0 ? 1 : 0;
        right += label == predicted[i] ? 1 : 0;
      }
      return Tally.of(Metric.PIXEL_ACCURACY.key(), right, all);
    }
  }

  @Override
  public void close() {
    loss.close();
  }
}
