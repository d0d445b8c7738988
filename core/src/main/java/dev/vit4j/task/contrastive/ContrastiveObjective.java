package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import dev.vit4j.input.ModelInput;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.ProgressiveResizing;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The contrastive loss of images and their captions. */
final class ContrastiveObjective implements Objective {
  private final EncodesText encoder;
  private final ModelInput input;
  private final Texts texts;
  private final Captioner captioner;
  private final ContrastiveLoss loss;
  private final @Nullable ProgressiveResizing resizing;
  private final long seed;
  private final Device device;

  ContrastiveObjective(
      Recipe recipe, Model model, ModelInput input, Captioner captioner, Device device) {
    this.encoder = model.as(EncodesText.class);
    this.input = input;
    this.texts = Texts.of(encoder);
    this.captioner = captioner;
    this.loss = ContrastiveLoss.named(recipe.get(LossKeys.CONTRASTIVE_LOSS));
    this.resizing = ProgressiveResizing.of(recipe, model);
    this.seed = recipe.get(RunKeys.SEED);
    this.device = device;
  }

  @Override
  public Step step(Batch batch, long step, double done) {
    SplittableRandom random = new SplittableRandom(Generator.mix(seed, step, -1));
    return new BatchStep(batch, captioner.draw(batch, random), done);
  }

  /** Accumulated batches are negatives of each other (GradCache). */
  @Override
  public boolean joinsBatches() {
    return true;
  }

  @Override
  public void stepped() {
    encoder.limitLogitScale();
  }

  private final class BatchStep implements Step {
    private final Batch batch;
    private final Captioner.Drawn captions;
    private final double done;

    BatchStep(Batch batch, Captioner.Drawn captions, double done) {
      this.batch = batch;
      this.captions = captions;
      this.done = done;
    }

    @Override
    public boolean comparesSamples() {
      return true;
    }

    /** Returns images [count, C, H, W] and tokens [count, L]. */
    @Override
    public Tensor[] inputs(int from, int count) {
      Tensor pixels = input.of(batch, from, count, device);
      return new Tensor[] {
        resizing == null ? pixels : resizing.apply(pixels, done),
        texts.tensor(captions.tokens().subList(from, from + count), device)
      };
    }

    /** Returns normalized vectors [count, E] of images and texts, and the scalars [count]. */
    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      EncodesText both = model.as(EncodesText.class);
      long count = inputs[0].size(0);
      List<Tensor> outputs = new ArrayList<>();
      outputs.add(Ops.normalize(both.features(inputs[0]).to(DType.F32)));
      outputs.add(Ops.normalize(both.textFeatures(inputs[1]).to(DType.F32)));
      outputs.add(both.logitScale().expand(count));
      Tensor bias = both.logitBias();
      if (bias != null) {
        outputs.add(bias.expand(count));
      }
      return outputs.toArray(Tensor[]::new);
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      Tensor scale = outputs[2].select(0, 0); // all are equal
      Tensor bias = outputs.length > 3 ? outputs[3].select(0, 0) : null;
      Tensor mean = loss.of(outputs[0], outputs[1], scale, bias, captions.groups());
      return new Loss(mean, 1, Tally.NONE);
    }
  }

  @Override
  public void close() {}
}
