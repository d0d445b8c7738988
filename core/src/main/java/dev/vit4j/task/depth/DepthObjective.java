package dev.vit4j.task.depth;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Depths;
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

/** The loss of a model of log depths on images and their depths. */
record DepthObjective(ModelInput input, DepthLoss loss, Device device) implements Objective {
  private static final double WITHIN = Math.pow(Math.log(1.25), 2);

  @Override
  public Step step(Batch batch, long step, double done) {
    return new BatchStep(batch);
  }

  private final class BatchStep implements Step {
    private final Batch batch;
    private final float[] meters; // [B, pixels]
    private final int pixels; // of an image
    private final double weight; // of all images

    BatchStep(Batch batch) {
      this.batch = batch;
      this.meters = batch.depths();
      this.pixels = batch.column(Batch.DEPTH).numbers();
      this.weight = loss.weightOf(meters, 0, batch.size(), pixels);
    }

    @Override
    public Tensor[] inputs(int from, int count) {
      return new Tensor[] {input.of(batch, from, count, device)};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      return new Tensor[] {model.apply(inputs[0])}; // [count, 1, H, W]
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      Tensor z = outputs[0].to(DType.F32).reshape(count, pixels);
      DepthLoss.Known known = DepthLoss.Known.of(meters, from, count, pixels, device);
      double own = loss.weightOf(meters, from, count, pixels);
      Tensor mean = own == 0 ? z.sum().mul(0) : loss.sum(z, known).mul(1 / own);
      return new Loss(mean, weight == 0 ? 0 : own / weight, tally(z, known, from, count));
    }

    private Tally tally(Tensor z, DepthLoss.Known known, int from, int count) {
      Tensor d = z.detach().mul(known.mask()).sub(known.logs());
      long all = Depths.known(meters, from * pixels, (from + count) * pixels);
      long outside = Math.round(d.mul(d).gt(WITHIN).to(DType.F64).sum().item());
      return Tally.of(Metric.DELTA1.key(), all - outside, all);
    }
  }

  @Override
  public void close() {}
}
