package dev.vit4j.metric;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Area under the ROC curve of one class against the rest, as scikit-learn's roc_auc_score. */
public final class RocAuc {
  private RocAuc() {}

  /**
   * The chance that a positive sample scores above a negative one, equal scores counting half.
   *
   * @param scores higher means more likely positive
   * @param positive as many; NaN comes back unless both kinds occur
   */
  public static double of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          "%d scores but %d labels".formatted(scores.length, positive.length));
    }
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .mapToInt(i -> i)
            .toArray();
    double pairsWon = 0;
    long negatives = 0;
    long positives = 0;
    for (int i = 0; i < order.length; ) {
      long tiedPositives = 0;
      long tiedNegatives = 0;
      double score = scores[order[i]];
      for (; i < order.length && scores[order[i]] == score; i++) {
        if (positive[order[i]]) {
          tiedPositives++;
        } else {
          tiedNegatives++;
        }
      }
      pairsWon += tiedPositives * (negatives + tiedNegatives / 2.0);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return pairsWon / ((double) positives * negatives);
  }
}
