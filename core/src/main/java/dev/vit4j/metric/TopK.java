package dev.vit4j.metric;

/**
 * Top-k accuracy for every k at once: counts at which rank the true class came.
 *
 * <p>Among equal logits the lower class index comes first, as in {@code argmax}, so that a model
 * that answers the same for everything is not right about everything.
 */
public final class TopK {
  private final long[] ranks;
  private long count;

  /**
   * Nothing counted yet.
   *
   * @param classes at least 1
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
   * @param logits scores of any scale, without NaN
   * @param offset where the sample's scores begin; one for each class
   * @param label true class
   */
  public void add(float[] logits, int offset, int label) {
    ranks[rank(logits, offset, ranks.length, label)]++;
    count++;
  }

  /** Samples counted. */
  public long count() {
    return count;
  }

  /**
   * Samples whose true class is among the k highest.
   *
   * @param k at least 1; more than there are classes means all of them
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

  /** {@link #correct} as a share of all samples, 0 … 1; NaN without samples. */
  public double accuracy(int k) {
    return (double) correct(k) / count;
  }

  /** How many classes come before {@code label}: 0 if it is the prediction. */
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
