package dev.vit4j.train;

import dev.vit4j.model.ImageModel;
import dev.vit4j.model.Models;
import dev.vit4j.nn.Init;
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
  private final double decay;

  Ema(ImageModel model, double decay) {
    this.decay = decay;
    this.average = Models.create(model.name(), model.args(), Init.unset());
    average.to(model.device());
    average.load(model.state(), true);
    average.parameters().values().forEach(p -> p.requiresGrad(false));
    average.train(false);
    this.averages = List.copyOf(average.state().values());
    this.weights = List.copyOf(model.state().values());
  }

  /** Takes the weights of a step in. */
  void update() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Foreach.lerp(averages, weights, 1 - decay);
    }
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
