package dev.vit4j.view;

import java.util.List;

/**
 * The history of a training, one entry per epoch. A list other than {@code epoch} may be empty (not
 * measured at all), and an entry may be NaN (not measured in that epoch): the plot leaves a gap.
 *
 * @param epoch ascending epoch numbers, at least one
 * @param trainLoss mean training loss
 * @param valLoss mean validation loss
 * @param scores metrics, the one that decides on the best epoch first
 * @param learningRate learning rate at the end of the epoch
 */
public record Curves(
    List<Double> epoch,
    List<Double> trainLoss,
    List<Double> valLoss,
    List<Score> scores,
    List<Double> learningRate) {

  /**
   * A metric over the epochs, the higher the better.
   *
   * @param title of its panel
   * @param percent whether it is shown in per cent
   * @param train of the training, 0 to 1
   * @param val of the validation, 0 to 1
   */
  public record Score(String title, boolean percent, List<Double> train, List<Double> val) {
    /** Takes copies. */
    public Score {
      train = List.copyOf(train);
      val = List.copyOf(val);
    }
  }

  /**
   * @throws IllegalArgumentException when there is no epoch, epochs do not ascend, or a list has
   *     another length
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
   * Position of the epoch with the highest validation value of the first metric, the first of
   * equals; -1 when validation was never measured (the best is never chosen on training data).
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
      throw new IllegalArgumentException("curves have no epoch: give at least one");
    }
    for (int i = 0; i < epoch.size(); i++) {
      if (!Double.isFinite(epoch.get(i)) || (i > 0 && epoch.get(i) <= epoch.get(i - 1))) {
        throw new IllegalArgumentException(
            "epoch %s at position %d is not a number above the one before: epochs must ascend"
                .formatted(epoch.get(i), i));
      }
    }
  }

  private static void requireLength(String name, List<Double> values, int epochs) {
    if (!values.isEmpty() && values.size() != epochs) {
      throw new IllegalArgumentException(
          "%s has %d entries for %d epochs: give one per epoch (NaN where not measured), or none"
              .formatted(name, values.size(), epochs));
    }
  }
}
