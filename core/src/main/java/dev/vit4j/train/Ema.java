package dev.vit4j.train;

import dev.vit4j.model.ImageModel;
import dev.vit4j.model.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.List;

/**
 * A model whose weights are the exponential moving average of another's (Polyak and Juditsky 1992),
 * as timm's {@code ModelEmaV3}: after each step, average = decay average + (1 - decay) weights.
 */
final class Ema implements AutoCloseable {
  private final ImageModel average;
  private final List<Tensor> averages;
  private final List<Tensor> weights;
  private final List<Tensor> counts; // batch norm's counters have no average, they are copied
  private final List<Tensor> sources;
  private final double decay;

  Ema(ImageModel model, double decay) {
    this.decay = decay;
    this.average = Models.create(model.name(), model.args(), Init.unset());
    average.to(model.device());
    average.load(model.state(), true);
    average.parameters().values().forEach(p -> p.requiresGrad(false));
    average.train(false);
    this.averages = tensors(average, true);
    this.weights = tensors(model, true);
    this.counts = tensors(average, false);
    this.sources = tensors(model, false);
  }

  /** Takes the weights of a step in. */
  void update() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Foreach.lerp(averages, weights, 1 - decay);
      for (int i = 0; i < counts.size(); i++) {
        counts.get(i).copy_(sources.get(i));
      }
    }
  }

  private static List<Tensor> tensors(ImageModel model, boolean f32) {
    return model.state().values().stream().filter(t -> (t.dtype() == DType.F32) == f32).toList();
  }

  /** The model with the average weights, in evaluation mode. */
  ImageModel model() {
    return average;
  }

  @Override
  public void close() {
    average.close();
  }
}
