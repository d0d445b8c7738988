package dev.vit4j.view;

import java.util.List;

/**
 * The history of a training, one entry per epoch. A list other than {@code epoch} may be empty (not
 * measured at all), and an entry may be NaN (not measured in that epoch): the plot leaves a gap.
 *
 * @param epoch ascending epoch numbers, at least one
 * @param trainLoss mean training loss
 * @param valLoss mean validation loss
 * @param trainAccuracy training top-1 accuracy, 0 to 1
 * @param valAccuracy validation top-1 accuracy, 0 to 1
 * @param learningRate learning rate at the end of the epoch
 */
public record Curves(
    List<Double> epoch,
    List<Double> trainLoss,
    List<Double> valLoss,
    List<Double> trainAccuracy,
    List<Double> valAccuracy,
    List<Double> learningRate) {

  /**
   * @throws IllegalArgumentException when there is no epoch, epochs do not ascend, or a list has
   *     another length
   */
  public Curves {
    epoch = List.copyOf(epoch);
    trainLoss = List.copyOf(trainLoss);
    valLoss = List.copyOf(valLoss);
    trainAccuracy = List.copyOf(trainAccuracy);
    valAccuracy = List.copyOf(valAccuracy);
    learningRate = List.copyOf(learningRate);
    requireAscending(epoch);
    requireLength("trainLoss", trainLoss, epoch.size());
    requireLength("valLoss", valLoss, epoch.size());
    requireLength("trainAccuracy", trainAccuracy, epoch.size());
    requireLength("valAccuracy", valAccuracy, epoch.size());
    requireLength("learningRate", learningRate, epoch.size());
  }

  /**
   * Position of the epoch with the highest validation accuracy, the first of equals; -1 when
   * validation was never measured (the best is never chosen on training accuracy).
   */
  public int best() {
    int best = -1;
    for (int i = 0; i < valAccuracy.size(); i++) {
      double value = valAccuracy.get(i);
      if (Double.isFinite(value) && (best < 0 || value > valAccuracy.get(best))) {
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
