package dev.vit4j.optim;

import java.util.List;

/**
 * Learning rate schedule in closed form, so that a resumed training needs no scheduler state.
 *
 * <p>The caller chooses the unit of time, epochs or optimizer steps. {@code at(i)} returns the rate
 * of epoch (or step) i, counted from 0, as PyTorch's and timm's schedulers of the same names. All
 * methods throw {@link IllegalArgumentException} for invalid numbers.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the learning rate of a step.
   *
   * @param step step, counted from 0; each schedule defines the rate after its last step
   */
  double at(long step);

  /** Constant learning rate. */
  static Schedule constant(double lr) {
    return step -> lr;
  }

  /**
   * PyTorch's LinearLR, mostly used for warm-up: the factor changes linearly from {@code
   * startFactor} to {@code endFactor} in {@code totalIters} steps, then stays constant.
   */
  static Schedule linear(double lr, double startFactor, double endFactor, long totalIters) {
    positive("totalIters", totalIters);
    return step ->
        lr
            * (startFactor
                + (endFactor - startFactor) * Math.min(step, totalIters) / (double) totalIters);
  }

  /**
   * PyTorch's CosineAnnealingLR: half a cosine wave from lr down to {@code etaMin} at {@code tMax}.
   * After tMax the rate rises again, as in PyTorch.
   */
  static Schedule cosine(double lr, long tMax, double etaMin) {
    positive("tMax", tMax);
    return step -> etaMin + (lr - etaMin) * (1 + Math.cos(Math.PI * step / tMax)) / 2;
  }

  /** PyTorch's StepLR: multiplies by {@code gamma} every {@code size} steps. */
  static Schedule step(double lr, long size, double gamma) {
    positive("step size", size);
    return step -> lr * power(gamma, step / size);
  }

  /**
   * PyTorch's MultiStepLR: multiplies by {@code gamma} at each milestone, twice at a repeated one.
   */
  static Schedule multistep(double lr, List<Integer> milestones, double gamma) {
    List<Integer> copy = List.copyOf(milestones);
    return step -> lr * power(gamma, copy.stream().filter(m -> m <= step).count());
  }

  /** PyTorch's SequentialLR: {@code second} starts at its step 0 when {@code first} ends. */
  static Schedule sequential(Schedule first, long milestone, Schedule second) {
    return step -> step < milestone ? first.at(step) : second.at(step - milestone);
  }

  private static double power(double base, long exponent) {
    return Math.pow(base, (double) exponent);
  }

  private static void positive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
  }
}
