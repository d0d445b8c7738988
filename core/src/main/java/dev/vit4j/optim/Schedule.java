package dev.vit4j.optim;

import java.util.List;

/**
 * A learning rate over time, in closed form: a training that resumes needs no scheduler state.
 *
 * <p>The unit of time is the caller's: epochs or optimizer steps. {@code at(i)} is the rate that
 * epoch (or step) i trains with, counted from 0, as PyTorch's and timm's schedulers of the same
 * names give it. All methods throw {@link IllegalArgumentException} for numbers that make no
 * schedule.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * The learning rate.
   *
   * @param step from 0; beyond the planned end each schedule says what it does
   */
  double at(long step);

  /** Always the same. */
  static Schedule constant(double lr) {
    return step -> lr;
  }

  /**
   * PyTorch's LinearLR, mostly a warm-up: the factor goes from {@code startFactor} to {@code
   * endFactor} in {@code totalIters}, and stays there.
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
   * Past tMax the rate rises again, as PyTorch's does.
   */
  static Schedule cosine(double lr, long tMax, double etaMin) {
    positive("tMax", tMax);
    return step -> etaMin + (lr - etaMin) * (1 + Math.cos(Math.PI * step / tMax)) / 2;
  }

  /** PyTorch's StepLR: times {@code gamma} every {@code size}. */
  static Schedule step(double lr, long size, double gamma) {
    positive("step size", size);
    return step -> lr * power(gamma, step / size);
  }

  /**
   * PyTorch's MultiStepLR: times {@code gamma} at each milestone, twice at one that comes twice.
   */
  static Schedule multistep(double lr, List<Integer> milestones, double gamma) {
    List<Integer> copy = List.copyOf(milestones);
    return step -> lr * power(gamma, copy.stream().filter(m -> m <= step).count());
  }

  /** PyTorch's SequentialLR of two: {@code second} begins at its own 0 when {@code first} ends. */
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
