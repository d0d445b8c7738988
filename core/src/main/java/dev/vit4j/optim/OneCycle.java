package dev.vit4j.optim;

/**
 * PyTorch's OneCycleLR (Smith &amp; Topin 2018): the learning rate rises to its maximum, then falls
 * far below the initial rate. After the last step it stays constant (PyTorch throws).
 *
 * @param maxLr maximum learning rate
 * @param totalSteps total number of steps, at least 1
 * @param pctStart fraction of the steps in which the rate rises, 0 to 1
 * @param anneal shape of the phases
 * @param divFactor the initial rate is {@code maxLr / divFactor}
 * @param finalDivFactor the final rate is {@code maxLr / divFactor / finalDivFactor}
 * @param threePhase whether to fall to the initial rate in as many steps as the rise took, before
 *     falling further
 */
public record OneCycle(
    double maxLr,
    long totalSteps,
    double pctStart,
    Anneal anneal,
    double divFactor,
    double finalDivFactor,
    boolean threePhase)
    implements Schedule {
  /** Shape of a phase. */
  public enum Anneal {
    COS,
    LINEAR;

    private double between(double start, double end, double share) {
      return this == COS
          ? end + (start - end) / 2 * (Math.cos(Math.PI * share) + 1)
          : (end - start) * share + start;
    }
  }

  /** Checks the ranges. */
  public OneCycle {
    if (totalSteps < 1 || !(pctStart >= 0 && pctStart <= 1)) {
      throw new IllegalArgumentException(
          "onecycle needs at least 1 step, not %d, and pct_start from 0 to 1, not %s"
              .formatted(totalSteps, pctStart));
    }
  }

  /** Uses PyTorch's defaults: cosine, two phases, div_factor 25, final_div_factor 10,000. */
  public OneCycle(double maxLr, long totalSteps, double pctStart) {
    this(maxLr, totalSteps, pctStart, Anneal.COS, 25, 1e4, false);
  }

  @Override
  public double at(long step) {
    double first = maxLr / divFactor;
    double last = first / finalDivFactor;
    double t = Math.min(step, totalSteps - 1);
    double end = totalSteps - 1;
    double up = pctStart * totalSteps - 1;
    double back = 2 * up;
    if (t <= up) {
      return anneal.between(first, maxLr, share(t, 0, up));
    }
    if (!threePhase) {
      return anneal.between(maxLr, last, share(t, up, end));
    }
    return t <= back
        ? anneal.between(maxLr, first, share(t, up, back))
        : anneal.between(first, last, share(t, back, end));
  }

  private static double share(double t, double from, double to) {
    return to > from ? (t - from) / (to - from) : 1;
  }
}
