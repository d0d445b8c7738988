package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import dev.vit4j.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one epoch gave. Values go by metric key, {@code loss} among them, in the metric's unit,
 * exact over all samples.
 *
 * @param epoch from 1
 * @param train of the training
 * @param val of the validation; empty for an epoch without one
 * @param lr learning rate of the epoch's last step
 * @param seconds of training, evaluation included
 * @param imagesPerSecond of training alone
 * @param dataWait share of the training's time that was spent waiting for data, 0 to 1
 */
public record EpochRow(
    int epoch,
    Map<String, Double> train,
    Map<String, Double> val,
    double lr,
    double seconds,
    double imagesPerSecond,
    double dataWait) {

  /** A value of the training; NaN if there is none of this key. */
  public double train(String key) {
    return train.getOrDefault(key, Double.NaN);
  }

  /** A value of the validation; NaN if there is none of this key. */
  public double val(String key) {
    return val.getOrDefault(key, Double.NaN);
  }

  /** Whether there was a validation. */
  public boolean validated() {
    return !val.isEmpty();
  }

  /** Names of a task's columns, in the order of the log files. */
  static List<String> columns(Task task) {
    List<String> columns = new ArrayList<>(List.of("epoch", "train_loss"));
    task.trainMetrics().forEach(m -> columns.add("train_" + m.key()));
    columns.add("val_loss");
    task.valMetrics().forEach(m -> columns.add("val_" + m.key()));
    columns.addAll(List.of("lr", "seconds", "images_per_second", "data_wait"));
    return columns;
  }

  /** The values under a task's column names; of an epoch without validation those are NaN. */
  Map<String, Double> toMap(Task task) {
    Map<String, Double> m = new LinkedHashMap<>();
    m.put("epoch", (double) epoch);
    m.put("train_loss", train(Metric.LOSS.key()));
    task.trainMetrics().forEach(t -> m.put("train_" + t.key(), train(t.key())));
    m.put("val_loss", val(Metric.LOSS.key()));
    task.valMetrics().forEach(t -> m.put("val_" + t.key(), val(t.key())));
    m.put("lr", lr);
    m.put("seconds", seconds);
    m.put("images_per_second", imagesPerSecond);
    m.put("data_wait", dataWait);
    return m;
  }
}
