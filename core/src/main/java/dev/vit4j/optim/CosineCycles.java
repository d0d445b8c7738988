package dev.vit4j.optim;

/**
 * timm's CosineLRScheduler with all its switches: a linear warm-up, then cosines that grow longer
 * and lower.
 *
 * @param lr rate at the top of the first cycle
 * @param lrMin rate at the bottom of each, and for ever after the last
 * @param initial length of the first cycle
 * @param cycleMul each cycle is so many times as long as the one before, at least 1
 * @param cycleDecay each cycle's top is so many times that of the one before
 * @param cycleLimit how many cycles
 * @param kDecay bends the cosine: below 1 it falls faster at first (k-decay, arXiv 2004.05909)
 * @param warmup length of the warm-up
 * @param warmupLr rate at its beginning
 * @param warmupPrefix whether the cosine begins after the warm-up; see {@link Schedule#timmCosine}
 */
public record CosineCycles(
    double lr,
    double lrMin,
    long initial,
    double cycleMul,
    double cycleDecay,
    int cycleLimit,
    double kDecay,
    long warmup,
    double warmupLr,
    boolean warmupPrefix)
    implements Schedule {
  /** Checks the lengths. */
  public CosineCycles {
    if (initial < 1 || warmup < 0 || cycleLimit < 1 || !(cycleMul >= 1)) {
      throw new IllegalArgumentException(
          ("a cosine needs a length (%d) and a number of cycles (%d) of at least 1, a factor (%s) of"
                  + " at least 1, and a warm-up (%d) of at least 0")
              .formatted(initial, cycleLimit, cycleMul, warmup));
    }
  }

  @Override
  public double at(long step) {
    if (step < warmup) {
      return warmupLr + step * ((lr - warmupLr) / warmup);
    }
    double t = warmupPrefix ? step - warmup : step;
    double length = initial;
    double top = lr;
    for (int cycle = 0; cycle < cycleLimit; cycle++) {
      if (t < length) {
        double phase = Math.pow(t, kDecay) / Math.pow(length, kDecay);
        return lrMin + 0.5 * (top - lrMin) * (1 + Math.cos(Math.PI * phase));
      }
      t -= length;
      length *= cycleMul;
      top *= cycleDecay;
    }
    return lrMin;
  }
}
