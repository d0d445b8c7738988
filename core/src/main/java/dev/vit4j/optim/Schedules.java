package dev.vit4j.optim;

import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.ScheduleKeys;

/** Creates the learning rate schedule of a recipe. */
public final class Schedules {
  private Schedules() {}

  /**
   * Returns the schedule over optimizer steps, counted from 0 over the whole training.
   *
   * @param stepsPerEpoch number of optimizer steps per epoch, at least 1
   */
  public static Schedule of(Recipe r, long stepsPerEpoch) {
    if (stepsPerEpoch < 1) {
      throw new IllegalArgumentException("an epoch needs at least 1 step, not " + stepsPerEpoch);
    }
    boolean oneCycle = r.get(ScheduleKeys.SCHED).equals("onecycle");
    if (oneCycle && r.get(OptimizerKeys.EPOCHS) * stepsPerEpoch < 2) {
      throw new IllegalArgumentException(
          "sched onecycle needs at least 2 steps, as its last rate is near 0, and this training has 1: use more epochs, a smaller batch_size or sched constant");
    }
    if (oneCycle || r.get(ScheduleKeys.SCHED_ON).equals("step")) {
      return inUnits(r, stepsPerEpoch);
    }
    Schedule perEpoch = inUnits(r, 1);
    return step -> perEpoch.at(step / stepsPerEpoch);
  }

  /** Creates the schedule, where an epoch has this number of time units. */
  private static Schedule inUnits(Recipe r, long units) {
    long total = r.get(OptimizerKeys.EPOCHS) * units;
    long warmup = r.get(ScheduleKeys.WARMUP_EPOCHS) * units;
    long rest = Math.max(1, total - warmup); // all epochs can be warm-up
    double lr = r.get(OptimizerKeys.LR);
    Schedule afterWarmup =
        switch (r.get(ScheduleKeys.SCHED)) {
          case "cosine" -> Schedule.cosine(lr, rest, r.get(ScheduleKeys.MIN_LR));
          case "linear" -> Schedule.linear(lr, 1, r.get(ScheduleKeys.MIN_LR) / lr, rest);
          case "onecycle" -> new OneCycle(lr, total, r.get(ScheduleKeys.PCT_START));
          // Decay epochs count from the start of the training, including the warm-up.
          case "step" -> {
            long every = r.get(ScheduleKeys.DECAY_EPOCHS) * units;
            Schedule drops = Schedule.step(lr, every, r.get(ScheduleKeys.DECAY_RATE));
            yield step -> drops.at(step + warmup);
          }
          case "multistep" -> {
            Schedule drops =
                Schedule.multistep(
                    lr, r.get(ScheduleKeys.MILESTONES), r.get(ScheduleKeys.DECAY_RATE));
            yield step -> drops.at((step + warmup) / units);
          }
          default -> Schedule.constant(lr);
        };
    return warmup == 0
        ? afterWarmup
        : Schedule.sequential(
            Schedule.linear(lr, r.get(ScheduleKeys.WARMUP_FACTOR), 1, warmup), warmup, afterWarmup);
  }
}
