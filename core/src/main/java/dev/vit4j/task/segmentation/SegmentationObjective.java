package dev.vit4j.task.segmentation;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Masks;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Model;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;

/** The loss of a segmentation model on images and their masks. */
final class SegmentationObjective implements Objective {
  private final ModelInput input;
  private final PixelLoss loss;
  private final Device device;

  /** Takes over the loss. */
  SegmentationObjective(ModelInput input, PixelLoss loss, Device device) {
    this.input = input;
    this.loss = loss;
    this.device = device;
  }

  @Override
  public Step step(Batch batch, long step, double done) {
    return new BatchStep(batch);
  }

  private final class BatchStep implements Step {
    private final Batch batch;
    private final int[] labels; // [B, H, W]
    private final int height;
    private final int width;
    private final int pixels; // of an image
    private final double weight; // of all pixels

    BatchStep(Batch batch) {
      this.batch = batch;
      this.labels = batch.pixelLabels();
      int[] shape = batch.column(Batch.MASK).shape();
      this.height = shape[0];
      this.width = shape[1];
      this.pixels = height * width;
      this.weight = loss.weightOf(labels, 0, labels.length);
    }

    @Override
    public Tensor[] inputs(int from, int count) {
      return new Tensor[] {input.of(batch, from, count, device)};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      return new Tensor[] {model.apply(inputs[0])}; // [count, K, H, W]
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      Tensor logits = outputs[0].to(DType.F32);
      Tensor y = PixelLoss.targets(labels, from, count, height, width).to(device);
      double own = loss.weightOf(labels, from * pixels, count * pixels);
      Tensor mean = loss.of(logits, y, own);
      return new Loss(mean, weight == 0 ? 0 : own / weight, tally(logits, y, from, count));
    }

    private Tally tally(Tensor logits, Tensor y, int from, int count) {
      long labelled = Masks.labelled(labels, from * pixels, (from + count) * pixels);
      long correct = logits.detach().argmax(1).countEqual(y); // ignored pixels equal no class
      return Tally.of(Metric.PIXEL_ACCURACY.key(), correct, labelled);
    }

    @Override
    public boolean comparesSamples() {
      return loss.comparesPixels();
    }
  }

  @Override
  public void close() {
    loss.close();
  }
}
