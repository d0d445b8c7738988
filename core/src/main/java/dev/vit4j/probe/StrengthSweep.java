package dev.vit4j.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Search of the strength of logistic regression's penalty on a validation split, as CLIP's
 * evaluation (Radford et al. 2021, appendix A.3): λ = 1 / C goes from 1e-6 to 1e6 in 96
 * logarithmically spaced steps. It tries 1e-6, 1e-4, …, 1e6, and then halves the interval around
 * the best value until it is one step.
 *
 * @param maxIterations maximum number of iterations of each fit
 * @param threads number of compute threads
 */
public record StrengthSweep(int maxIterations, int threads) {
  private static final int STEPS = 96;
  private static final int PER_DECADE = 8;
  private static final int COARSE = 16; // two decades

  /** Accuracy on the validation split, 0 to 1, with a value of C. */
  public record Tried(double c, double top1) {}

  /**
   * Result of a sweep.
   *
   * @param c best value; of equal ones the smallest
   * @param tried all tried values by C, ascending
   */
  public record Found(double c, List<Tried> tried) {}

  /** Receives each tried value. */
  @FunctionalInterface
  public interface Listener {
    /** Called after a fit; can stop the sweep by an exception. */
    void tried(Tried tried) throws IOException;
  }

  /** Tries values of C on training features and evaluates them on validation features. */
  public Found run(Features train, Features validation, Listener listener) throws IOException {
    Map<Integer, Tried> byStep = new TreeMap<>(); // step i is C = 10^(-6 + i / 8)
    for (int step = 0; step <= STEPS; step += COARSE) {
      byStep.put(step, attempt(step, train, validation, listener));
    }
    for (int width = COARSE / 2; width >= 1; width /= 2) {
      int best = best(byStep);
      for (int step : new int[] {best - width, best + width}) {
        if (step >= 0 && step <= STEPS && !byStep.containsKey(step)) {
          byStep.put(step, attempt(step, train, validation, listener));
        }
      }
    }
    return new Found(byStep.get(best(byStep)).c(), new ArrayList<>(byStep.values()));
  }

  private static int best(Map<Integer, Tried> byStep) {
    int best = -1;
    for (Map.Entry<Integer, Tried> e : byStep.entrySet()) {
      if (best < 0 || e.getValue().top1() > byStep.get(best).top1()) {
        best = e.getKey();
      }
    }
    return best;
  }

  private Tried attempt(int step, Features train, Features validation, Listener listener)
      throws IOException {
    double c = Math.pow(10, (double) (step - STEPS / 2) / PER_DECADE);
    LogisticRegression regression = new LogisticRegression(c, maxIterations);
    try (Probe probe = regression.fit(train, threads, ProbeProgress.NONE).probe()) {
      Tried tried = new Tried(c, ProbeEvaluation.of(probe, validation, threads).result().top1());
      listener.tried(tried);
      return tried;
    }
  }
}
