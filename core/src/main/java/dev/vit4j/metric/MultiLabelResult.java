package dev.vit4j.metric;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Accumulates the scores of a multi-label classification in constant memory: average precision and
 * F1 of each class, defined as in scikit-learn. For the average precision, scores are rounded to
 * steps of 1/256 of a logit, so that equal scores count as ties.
 */
public final class MultiLabelResult {
  private static final int STEPS = 256; // per unit of a logit
  private static final int MOST = 16; // larger logits count as this
  private static final int BINS = 2 * MOST * STEPS + 1;

  private final int[][][] counts; // [class][absent, present][bin], made when needed

  /**
   * Creates an empty result.
   *
   * @param classes number of classes, at least 1
   */
  public MultiLabelResult(int classes) {
    this.counts = new int[classes][][];
  }

  /**
   * Counts one score.
   *
   * @param logit score; above 0 the class is predicted
   * @param isPresent whether the class is right
   */
  public void add(int c, float logit, boolean isPresent) {
    int[][] own = counts[c];
    if (own == null) {
      own = new int[2][BINS];
      counts[c] = own;
    }
    double cut = Math.max(-MOST, Math.min(MOST, logit));
    own[isPresent ? 1 : 0][(int) Math.ceil((cut + MOST) * STEPS)]++;
  }

  /** Returns the number of samples in which a class is present. */
  public long support(int c) {
    return sum(of(c, 1), 0);
  }

  /**
   * Returns the average precision of a class: the mean precision at each of its samples, from the
   * highest score to the lowest; NaN if it is never present.
   */
  public double averagePrecision(int c) {
    int[] absent = of(c, 0);
    int[] present = of(c, 1);
    long all = support(c);
    long right = 0;
    long found = 0;
    double sum = 0;
    for (int bin = BINS - 1; bin >= 0 && all > 0; bin--) {
      right += present[bin];
      found += present[bin] + absent[bin];
      sum += present[bin] == 0 ? 0 : present[bin] * ((double) right / found);
    }
    return sum / all;
  }

  /**
   * Returns the mean of {@link #averagePrecision} over classes that are present; NaN if none is.
   */
  public double meanAveragePrecision() {
    return IntStream.range(0, counts.length)
        .mapToDouble(this::averagePrecision)
        .filter(ap -> !Double.isNaN(ap))
        .average()
        .orElse(Double.NaN);
  }

  /** Returns F1 of a class; 0 if it is neither present nor predicted. */
  public double f1(int c) {
    return f1(right(c), predicted(c), support(c));
  }

  /** Returns F1 over the decisions on all classes (scikit-learn's {@code average='micro'}). */
  public double microF1() {
    long right = 0;
    long predicted = 0;
    long present = 0;
    for (int c = 0; c < counts.length; c++) {
      right += right(c);
      predicted += predicted(c);
      present += support(c);
    }
    return f1(right, predicted, present);
  }

  private static double f1(long right, long predicted, long present) {
    return predicted + present == 0 ? 0 : 2.0 * right / (predicted + present);
  }

  private long right(int c) {
    return sum(of(c, 1), MOST * STEPS + 1);
  }

  private long predicted(int c) {
    return right(c) + sum(of(c, 0), MOST * STEPS + 1);
  }

  private int[] of(int c, int present) {
    int @Nullable [][] own = counts[c];
    return own == null ? new int[BINS] : own[present];
  }

  private static long sum(int[] bins, int from) {
    long sum = 0;
    for (int bin = from; bin < BINS; bin++) {
      sum += bins[bin];
    }
    return sum;
  }
}
