package dev.vit4j.optim;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights are the exponential moving average of another's (Polyak and Juditsky 1992),
 * as timm's {@code ModelEmaV3}: after each step, average = decay average + (1 - decay) weights. The
 * statistics of batch norms are averaged too; whole numbers are copied.
 */
public final class Ema implements AutoCloseable {
  /**
   * The decay at every step, as {@code ModelEmaV3.get_decay} gives it: 0, which copies the weights,
   * up to step {@code updateAfterStep + 1}; then {@code decay}, or with a warm-up 1 - (1 + s /
   * gamma)^-power, {@code decay} at most, s steps later.
   *
   * @param decay the highest, from 0 to below 1
   * @param warmup whether the decay rises
   * @param gamma how slowly it begins to, above 0; 1 as a rule
   * @param power how fast it rises, above 0; 2/3 as a rule
   * @param updateAfterStep steps before the average begins; 0 as a rule
   */
  record Decay(double decay, boolean warmup, double gamma, double power, long updateAfterStep) {
    /** The decay with timm's usual warm-up. */
    static Decay warmedUp(double decay) {
      return new Decay(decay, true, 1, 2.0 / 3, 0);
    }

    /** The decay of this step, counted from 1. */
    double at(long step) {
      long since = step - updateAfterStep - 1;
      if (since <= 0) {
        return 0;
      }
      return warmup ? Math.min(1 - Math.pow(1 + since / gamma, -power), decay) : decay;
    }
  }

  private final Model average;
  private final List<Tensor> averages = new ArrayList<>();
  private final List<Tensor> weights = new ArrayList<>();
  private final List<Tensor> copies = new ArrayList<>();
  private final List<Tensor> counts = new ArrayList<>();
  private final LongToDoubleFunction decay;

  /**
   * @param average another model of the same kind, which becomes the average and is closed with it
   * @param decay of each step, counted from 1; from 0 (copy) to below 1
   */
  Ema(Model model, Model average, LongToDoubleFunction decay) {
    this.decay = decay;
    this.average = average;
    average.to(model.device());
    average.load(model.state(), true);
    average.parameters().values().forEach(p -> p.requiresGrad(false));
    average.train(false);
    Map<String, Tensor> mine = average.state();
    model
        .state()
        .forEach(
            (name, t) -> {
              boolean whole = t.dtype() == DType.I64;
              (whole ? counts : weights).add(t);
              (whole ? copies : averages).add(mine.get(name));
            });
  }

  /** What a recipe asks for; null if it wants no average. */
  public static @Nullable Ema of(Recipe recipe, Model model) {
    if (recipe.find(OptimizerKeys.EMA).isEmpty()) {
      return null;
    }
    double decay = recipe.find(OptimizerKeys.EMA).orElseThrow();
    return new Ema(
        model,
        Models.create(model.name(), model.args(), Init.unset()),
        recipe.get(OptimizerKeys.EMA_WARMUP) ? Decay.warmedUp(decay)::at : step -> decay);
  }

  /**
   * Takes the weights of a step in.
   *
   * @param step optimizer steps done, this one included
   */
  public void update(long step) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Foreach.lerp(averages, weights, 1 - decay.applyAsDouble(step));
      if (!copies.isEmpty()) {
        Foreach.copy(copies, counts);
      }
    }
  }

  /** The model with the average weights, in evaluation mode. */
  public Model model() {
    return average;
  }

  @Override
  public void close() {
    average.close();
  }
}
