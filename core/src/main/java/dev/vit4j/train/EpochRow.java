package dev.vit4j.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one epoch gave. Accuracies are percentages, exact over all samples; of an epoch without
 * validation the val columns are NaN.
 *
 * @param epoch from 1
 * @param lr learning rate of the epoch's last step
 * @param seconds of training, evaluation included
 * @param imagesPerSecond of training alone
 * @param dataWait share of the training's time that was spent waiting for data, 0 to 1
 */
public record EpochRow(
    int epoch,
    double trainLoss,
    double trainTop1,
    double valLoss,
    double valTop1,
    double lr,
    double seconds,
    double imagesPerSecond,
    double dataWait) {

  /** Names of the columns, as the log files have them. */
  public static final List<String> COLUMNS =
      List.of(
          "epoch",
          "train_loss",
          "train_top1",
          "val_loss",
          "val_top1",
          "lr",
          "seconds",
          "images_per_second",
          "data_wait");

  /** The values under their column names. */
  public Map<String, Double> toMap() {
    Map<String, Double> m = new LinkedHashMap<>();
    double[] values = {
      epoch, trainLoss, trainTop1, valLoss, valTop1, lr, seconds, imagesPerSecond, dataWait
    };
    for (int i = 0; i < values.length; i++) {
      m.put(COLUMNS.get(i), values[i]);
    }
    return m;
  }

  static EpochRow of(Map<String, Double> m) {
    return new EpochRow(
        m.get("epoch").intValue(),
        m.get("train_loss"),
        m.get("train_top1"),
        m.get("val_loss"),
        m.get("val_top1"),
        m.get("lr"),
        m.get("seconds"),
        m.get("images_per_second"),
        m.get("data_wait"));
  }
}
