package dev.vit4j.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Search of Tip-Adapter's alpha and beta on validation splits (Zhang et al. 2022, section 3.2). The
 * best pair has the highest mean accuracy over all splits; of equal ones it is the first, with the
 * smallest alpha. Several splits make the choice less random when there are few samples.
 *
 * @param text text features of the classes
 * @param threads number of compute threads
 */
public record TipSweep(TextClasses text, int threads) {
  private static final double[] ALPHAS = {0.3, 1, 3, 10, 30};
  private static final double[] BETAS = {1, 3, 5.5, 10};

  /** Mean accuracy on the validation splits, 0 to 1, with a pair of values. */
  public record Tried(double alpha, double beta, double top1) {}

  /**
   * Result of a sweep.
   *
   * @param best adapter with the best values
   * @param tried all pairs, by alpha, then beta
   */
  public record Found(TipAdapter best, List<Tried> tried) {}

  /** Makes a probe of an adapter, with training or without. */
  @FunctionalInterface
  public interface Fit {
    /** Returns the probe for some training features. */
    Probe of(TipAdapter adapter, Features train) throws IOException;
  }

  /** Receives each tried pair. */
  @FunctionalInterface
  public interface Listener {
    /** Called after the fits of a pair; can stop the sweep by an exception. */
    void tried(Tried tried) throws IOException;
  }

  /**
   * Tries all pairs.
   *
   * @param splits training and validation features, at least one pair
   */
  public Found run(List<Splits.Parts> splits, Fit fit, Listener listener) throws IOException {
    List<Tried> all = new ArrayList<>();
    for (double alpha : ALPHAS) {
      for (double beta : BETAS) {
        Tried tried = new Tried(alpha, beta, top1(new TipAdapter(alpha, beta, text), splits, fit));
        listener.tried(tried);
        all.add(tried);
      }
    }
    Tried best = Collections.max(all, Comparator.comparingDouble(Tried::top1)); // the first
    return new Found(new TipAdapter(best.alpha(), best.beta(), text), all);
  }

  private double top1(TipAdapter adapter, List<Splits.Parts> splits, Fit fit) throws IOException {
    double sum = 0;
    for (Splits.Parts parts : splits) {
      try (Probe probe = fit.of(adapter, parts.train())) {
        sum += ProbeEvaluation.of(probe, parts.held(), threads).result().top1();
      }
    }
    return sum / splits.size();
  }
}
