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
 * Exponential moving average of a model's weights (Polyak and Juditsky 1992), as timm's {@code
 * ModelEmaV3}: after each step, average = decay * average + (1 - decay) * weights. Batch norm
 * statistics are averaged too; integers are copied.
 */
public final class Ema implements AutoCloseable {
  /**
   * Decay at every step, as {@code ModelEmaV3.get_decay}: 0, which copies the weights, up to step
   * {@code updateAfterStep + 1}. After s more steps it is {@code decay}, or with warm-up min(decay,
   * 1 - (1 + s / gamma)^-power).
   *
   * @param decay maximum decay, 0 &lt;= decay &lt; 1
   * @param warmup whether the decay increases gradually
   * @param gamma time scale of the warm-up, above 0; usually 1
   * @param power exponent of the warm-up, above 0; usually 2/3
   * @param updateAfterStep number of steps before averaging starts; usually 0
   */
  record Decay(double decay, boolean warmup, double gamma, double power, long updateAfterStep) {
    /** Returns the decay with timm's default warm-up. */
    static Decay warmedUp(double decay) {
      return new Decay(decay, true, 1, 2.0 / 3, 0);
    }

    /** Returns the decay of this step, counted from 1. */
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
   * @param average model of the same architecture for the average, which is closed with this
   * @param decay decay of each step, counted from 1; 0 (copy) &lt;= decay &lt; 1
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

  /** Returns the average that a recipe enables; null for none. */
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
   * Updates the average with the weights after a step.
   *
   * @param step number of optimizer steps, including this one
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

  /** Returns the model with averaged weights, in evaluation mode. */
  public Model model() {
    return average;
  }

  @Override
  public void close() {
    average.close();
  }
}
