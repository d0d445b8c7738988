package dev.vit4j.metric;

/**
 * Top-k accuracy for all k, computed by counting the rank of the true class.
 *
 * <p>Among equal logits the lower class index comes first, as in {@code argmax}, so that constant
 * logits do not count as correct for every class.
 */
public final class TopK {
  private final long[] ranks;
  private long count;

  /**
   * Creates empty counts.
   *
   * @param classes number of classes, at least 1
   */
  public TopK(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1, not " + classes);
    }
    ranks = new long[classes];
  }

  /**
   * Counts one sample.
   *
   * @param logits logits or probabilities, without NaN
   * @param offset index of the first logit of the sample
   * @param label true class
   */
  public void add(float[] logits, int offset, int label) {
    ranks[rank(logits, offset, ranks.length, label)]++;
    count++;
  }

  /** Returns the number of samples. */
  public long count() {
    return count;
  }

  /**
   * Returns the number of samples whose true class is among the top k.
   *
   * @param k at least 1; values above the number of classes are equal to it
   */
  public long correct(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, not " + k);
    }
    long sum = 0;
    for (int rank = 0; rank < Math.min(k, ranks.length); rank++) {
      sum += ranks[rank];
    }
    return sum;
  }

  /** Returns {@link #correct} as a fraction of all samples, 0 to 1; NaN without samples. */
  public double accuracy(int k) {
    return (double) correct(k) / count;
  }

  /** Returns the rank of {@code label}, 0 if it is the prediction. */
  static int rank(float[] logits, int offset, int classes, int label) {
    float own = logits[offset + label];
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      float other = logits[offset + c];
      if (other > own || (other == own && c < label)) {
        rank++;
      }
    }
    return rank;
  }
}
