package dev.vit4j.metric;

/**
 * How far stated probabilities can be believed: expected calibration error (Guo et al. 2017),
 * negative log-likelihood and Brier score.
 */
public final class Calibration {
  private final long[] samples;
  private final long[] right;
  private final double[] confidence; // summed
  private double nll;
  private double brier;
  private long count;

  /**
   * Nothing counted yet.
   *
   * @param bins equal-width bins (lo, hi] of the confidence; 15 is usual
   */
  public Calibration(int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("bins must be at least 1, not " + bins);
    }
    samples = new long[bins];
    right = new long[bins];
    confidence = new double[bins];
  }

  /**
   * Counts one sample.
   *
   * @param probabilities of all classes, 0 … 1; the prediction is the highest, the first of equals
   * @param label true class
   */
  public void add(double[] probabilities, int label) {
    int best = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double p = probabilities[c];
      if (!(p >= 0 && p <= 1 + 1e-6)) {
        throw new IllegalArgumentException(
            "probability %s of class %d is outside 0 … 1".formatted(p, c));
      }
      best = p > probabilities[best] ? c : best;
      double error = p - (c == label ? 1 : 0);
      brier += error * error;
    }
    int bin = bin(probabilities[best]);
    samples[bin]++;
    right[bin] += best == label ? 1 : 0;
    confidence[bin] += probabilities[best];
    nll -= Math.log(probabilities[label]);
    count++;
  }

  private int bin(double p) {
    int bins = samples.length;
    int bin = Math.min(bins, Math.max(1, (int) Math.ceil(p * bins))) - 1;
    // The product rounds; the edges that count are k / bins.
    if (bin > 0 && p <= (double) bin / bins) {
      return bin - 1;
    }
    return bin < bins - 1 && p > (double) (bin + 1) / bins ? bin + 1 : bin;
  }

  /** Samples counted. */
  public long count() {
    return count;
  }

  /** Expected calibration error, 0 … 1: the bins' |accuracy - mean confidence|, by their share. */
  public double ece() {
    double sum = 0;
    for (int bin = 0; bin < samples.length; bin++) {
      sum += Math.abs(right[bin] - confidence[bin]);
    }
    return sum / count;
  }

  /** Mean of -ln(probability of the true class); infinite if one of them was 0. */
  public double nll() {
    return nll / count;
  }

  /** Mean over samples of the squared error summed over classes, 0 … 2. */
  public double brier() {
    return brier / count;
  }
}
