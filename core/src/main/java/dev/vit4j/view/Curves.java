package dev.vit4j.view;

import java.util.List;

/**
 * The history of a training, one entry per epoch. Lists other than {@code epoch} can be empty if
 * not measured, and entries can be NaN if not measured in an epoch.
 *
 * @param epoch ascending epoch numbers, at least one
 * @param trainLoss mean training loss
 * @param valLoss mean validation loss
 * @param scores metrics, the deciding one first
 * @param learningRate learning rate at the end of the epoch
 */
public record Curves(
    List<Double> epoch,
    List<Double> trainLoss,
    List<Double> valLoss,
    List<Score> scores,
    List<Double> learningRate) {

  /**
   * A metric over the epochs; higher is better.
   *
   * @param title title of its panel
   * @param percent whether to show it in percent
   * @param train training values, 0 to 1
   * @param val validation values, 0 to 1
   */
  public record Score(String title, boolean percent, List<Double> train, List<Double> val) {
    /** Copies the lists. */
    public Score {
      train = List.copyOf(train);
      val = List.copyOf(val);
    }
  }

  /**
   * @throws IllegalArgumentException if there is no epoch, epochs are not ascending, or lists
   *     differ in length
   */
  public Curves {
    epoch = List.copyOf(epoch);
    trainLoss = List.copyOf(trainLoss);
    valLoss = List.copyOf(valLoss);
    scores = List.copyOf(scores);
    learningRate = List.copyOf(learningRate);
    requireAscending(epoch);
    requireLength("trainLoss", trainLoss, epoch.size());
    requireLength("valLoss", valLoss, epoch.size());
    for (Score score : scores) {
      requireLength("train " + score.title(), score.train(), epoch.size());
      requireLength("val " + score.title(), score.val(), epoch.size());
    }
    requireLength("learningRate", learningRate, epoch.size());
  }

  /**
   * Returns the index of the epoch with the highest validation value of the first metric, the first
   * on ties; -1 without validation.
   */
  public int best() {
    int best = -1;
    List<Double> values = scores.isEmpty() ? List.of() : scores.get(0).val();
    for (int i = 0; i < values.size(); i++) {
      double value = values.get(i);
      if (Double.isFinite(value) && (best < 0 || value > values.get(best))) {
        best = i;
      }
    }
    return best;
  }

  private static void requireAscending(List<Double> epoch) {
    if (epoch.isEmpty()) {
      throw new IllegalArgumentException("curves have no epoch: add at least one");
    }
    for (int i = 0; i < epoch.size(); i++) {
      if (!Double.isFinite(epoch.get(i)) || (i > 0 && epoch.get(i) <= epoch.get(i - 1))) {
        throw new IllegalArgumentException(
            "epoch %s at position %d is not above the previous one: epochs must be ascending"
                .formatted(epoch.get(i), i));
      }
    }
  }

  private static void requireLength(String name, List<Double> values, int epochs) {
    if (!values.isEmpty() && values.size() != epochs) {
      throw new IllegalArgumentException(
          "%s has %d entries for %d epochs: use one per epoch (NaN if not measured), or none"
              .formatted(name, values.size(), epochs));
    }
  }
}
