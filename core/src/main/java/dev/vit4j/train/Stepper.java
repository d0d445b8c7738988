package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Loader;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.optim.Ema;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Optimizers;
import dev.vit4j.optim.Schedule;
import dev.vit4j.optim.Schedules;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Objective;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The training step: loss and gradients of a batch, and the optimizer step after the last one. */
final class Stepper implements AutoCloseable {
  private final Recipe recipe;
  private final Workers workers;
  private final Optimizer optimizer;
  private final @Nullable Ema ema;
  private final Schedule schedule;
  private final Loader loader;
  private final int accum; // batches per optimizer step

  Stepper(Recipe recipe, Setup setup, Ranks ranks) throws IOException {
    this.recipe = recipe;
    Objective objective =
        setup.task().objective(recipe, setup.model(), setup.input(), setup.train(), setup.device());
    int accumulated = recipe.get(OptimizerKeys.GRAD_ACCUM);
    this.accum = objective.joinsBatches() ? 1 : accumulated;
    this.workers =
        new Workers(setup.model(), objective, recipe, setup.device(), ranks.cores(), ranks);
    this.optimizer = Optimizers.of(recipe, setup.model());
    this.ema = Ema.of(recipe, setup.model());
    this.loader =
        setup
            .loader(recipe, recipe.get(OptimizerKeys.BATCH_SIZE) * (accumulated / accum))
            .holding(workers::places);
    this.schedule =
        Schedules.of(
            recipe,
            (loader.batches() + accum - 1L) / accum); // an incomplete last group is a step too
  }

  Loader loader() {
    return loader;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  @Nullable Ema ema() {
    return ema;
  }

  /** Returns the bytes of the gradients. */
  long gradientBytes() {
    return workers.gradientBytes();
  }

  /** Switches to training; an evaluation switches back. */
  void train() {
    workers.train(true);
  }

  /** Returns whether the last batch ended an optimizer step. */
  boolean isWhole(TrainState state) {
    return state.batch % accum == 0 || state.batch == loader.batches();
  }

  /**
   * Runs a batch, and counts it in the state.
   *
   * @throws NonFiniteLossException if the loss becomes NaN or infinite
   */
  void run(Batch batch, TrainState state) {
    long micro = (long) state.epoch * loader.batches() + state.batch;
    double done = (double) micro / ((long) recipe.get(OptimizerKeys.EPOCHS) * loader.batches());
    int first = state.batch / accum * accum; // of the batches of this step; the last has fewer
    int together = Math.min(accum, loader.batches() - first);
    Workers.Outcome outcome = workers.run(batch, micro, 1.0 / together, done);
    if (!Double.isFinite(outcome.loss())) {
      Gradients.clear(workers.parameters());
      throw new NonFiniteLossException(
          state.step + 1, state.epoch + 1, outcome.loss(), lr(state.step));
    }
    state.lossSum += outcome.loss() * batch.size();
    state.tally = state.tally.plus(outcome.tally());
    state.seen += batch.size();
    state.batch++;
    if (isWhole(state)) {
      update(state);
    }
  }

  private void update(TrainState state) {
    workers.reduce();
    recipe
        .find(OptimizerKeys.CLIP_GRAD)
        .ifPresent(norm -> Gradients.clip(workers.parameters(), norm));
    optimizer.step(lr(state.step));
    workers.stepped();
    state.step++;
    if (ema != null) {
      ema.update(state.step);
    }
    Gradients.clear(workers.parameters());
  }

  /** Returns the learning rate of a step, counted from 0. */
  double lr(long step) {
    return schedule.at(step);
  }

  /** Rejects non-finite weights before they replace good ones, even if the loss is still finite. */
  void refuseBrokenWeights(TrainState state) {
    if (!workers.parameters().stream().allMatch(Tensor::allFinite)) {
      throw new NonFiniteLossException(state.step, state.epoch + 1, Double.NaN, lr(state.step));
    }
  }

  @Override
  public void close() {
    loader.close();
    workers.close();
    optimizer.close();
    if (ema != null) {
      ema.close();
    }
  }
}
