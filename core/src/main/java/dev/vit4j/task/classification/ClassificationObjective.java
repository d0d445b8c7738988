package dev.vit4j.task.classification;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Shape;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.ProgressiveResizing;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Training objective of a classifier, with optional mixup and progressive resizing. */
public final class ClassificationObjective implements Objective {
  private static final Mixup.Mix NOT_MIXED = new Mixup.Mix(1, null);

  private final ModelInput input;
  private final Criterion criterion;
  private final @Nullable Mixup mixup;
  private final @Nullable ProgressiveResizing resizing;
  private long side; // current height of the images
  private final long seed;
  private final Device device;

  /**
   * Creates the objective of a recipe.
   *
   * @param input input type of the model
   * @param weights weight of each class, or null
   */
  public ClassificationObjective(
      Recipe recipe, Model model, ModelInput input, float @Nullable [] weights, Device device) {
    this.input = input;
    this.criterion = new Criterion(recipe, model.numClasses(), weights, device);
    this.mixup = Mixup.of(recipe);
    this.resizing = ProgressiveResizing.of(recipe, model);
    this.seed = recipe.get(RunKeys.SEED);
    this.device = device;
  }

  @Override
  public Step step(Batch batch, long step, double done) {
    if (resizing != null) {
      long now = resizing.side(batch.imageShape().height(), done);
      if (now != side) {
        Engine.trimMemory(); // the blocks of smaller images fit no larger ones
        side = now;
      }
    }
    return new BatchStep(batch, mixOf(batch, step), done);
  }

  @Override
  public boolean mixesSamples() {
    return mixup != null;
  }

  /** Draws the mix of a whole batch, independent of the number of workers. */
  private Mixup.Mix mixOf(Batch batch, long step) {
    if (mixup == null) {
      return NOT_MIXED;
    }
    SplittableRandom random = new SplittableRandom(Generator.mix(seed, step, -1));
    Shape shape = batch.imageShape();
    return mixup.draw(random, shape.height(), shape.width());
  }

  private final class BatchStep implements Step {
    private final Batch batch;
    private final Mixup.Mix mix;
    private final double done;

    BatchStep(Batch batch, Mixup.Mix mix, double done) {
      this.batch = batch;
      this.mix = mix;
      this.done = done;
    }

    /** Returns images [count, C, H, W] or features [count, D]; partners are the reversed batch. */
    @Override
    public Tensor[] inputs(int from, int count) {
      Tensor x = input.of(batch, from, count, device);
      if (mix.isOn()) {
        int partners = batch.size() - from - count;
        x = mix.pictures(x, input.of(batch, partners, count, device).flip(0));
      }
      return new Tensor[] {resizing == null ? x : resizing.apply(x, done)};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      return new Tensor[] {input.logits(model, inputs[0])}; // [count, K]
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      long[] labels = Arrays.copyOfRange(batch.labels(), from, from + count);
      long[] partners = mix.isOn() ? partners(from, count) : labels;
      Tensor exact = outputs[0].to(DType.F32);
      Tensor loss =
          mixup == null
              ? criterion.of(exact, labels)
              : criterion.of(exact, labels, partners, mix.lam());
      double share = criterion.share(batch.labels(), from, count, mixup != null);
      long[] wanted = mix.lam() < 0.5 ? partners : labels;
      long correct = Ops.countCorrect(outputs[0], Tensor.of(wanted, count).to(device));
      return new Loss(loss, share, Tally.of(Metric.TOP1.key(), correct, count));
    }

    private long[] partners(int from, int count) {
      long[] partners = new long[count];
      for (int i = 0; i < count; i++) {
        partners[i] = batch.labels()[batch.size() - 1 - from - i];
      }
      return partners;
    }
  }

  @Override
  public void close() {
    criterion.close();
  }
}
