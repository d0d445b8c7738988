package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import dev.vit4j.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results of one epoch, with values by metric key, including {@code loss}, in the unit of the
 * metric, over all samples.
 *
 * @param epoch from 1
 * @param train training values
 * @param val validation values; empty for an epoch without validation
 * @param lr learning rate of the last step of the epoch
 * @param seconds duration of the epoch, including evaluation
 * @param imagesPerSecond training throughput, without evaluation
 * @param dataWait fraction of the training time spent waiting for data, 0 to 1
 */
public record EpochRow(
    int epoch,
    Map<String, Double> train,
    Map<String, Double> val,
    double lr,
    double seconds,
    double imagesPerSecond,
    double dataWait) {

  /** Returns a training value; NaN if the key is missing. */
  public double train(String key) {
    return train.getOrDefault(key, Double.NaN);
  }

  /** Returns a validation value; NaN if the key is missing. */
  public double val(String key) {
    return val.getOrDefault(key, Double.NaN);
  }

  /** Returns whether the epoch was validated. */
  public boolean validated() {
    return !val.isEmpty();
  }

  /** Returns the names of a task's columns in the order of the log files. */
  static List<String> columns(Task task) {
    List<String> columns = new ArrayList<>(List.of("epoch", "train_loss"));
    task.trainMetrics().forEach(m -> columns.add("train_" + m.key()));
    columns.add("val_loss");
    task.valMetrics().forEach(m -> columns.add("val_" + m.key()));
    columns.addAll(List.of("lr", "seconds", "images_per_second", "data_wait"));
    return columns;
  }

  /** Returns the values by column name; validation values are NaN without validation. */
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
