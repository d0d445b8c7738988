package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import java.nio.file.Path;
import java.util.Map;

/**
 * Result of a training, with values by metric key in the unit of the metric.
 *
 * @param decides metric that selects the best epoch
 * @param epochs number of completed epochs
 * @param bestEpoch epoch with the best weights
 * @param val validation values of the best epoch; empty without a validation split
 * @param test test values of the best weights; empty if the training was stopped
 * @param seconds training time of all sessions
 * @param stopped whether the training was stopped before the end
 */
public record Run(
    Path folder,
    Metric decides,
    int epochs,
    int bestEpoch,
    Map<String, Double> val,
    Map<String, Double> test,
    double seconds,
    boolean stopped) {

  /** Returns a validation value of the best epoch, such as {@code top1}; NaN if missing. */
  public double val(String key) {
    return val.getOrDefault(key, Double.NaN);
  }

  /** Returns a test value, such as {@code top1}; NaN if missing. */
  public double test(String key) {
    return test.getOrDefault(key, Double.NaN);
  }

  /** Returns this run with test values. */
  Run withTest(Map<String, Double> values) {
    return new Run(folder, decides, epochs, bestEpoch, val, values, seconds, stopped);
  }

  /** Returns the folder of the best weights. */
  public Path best() {
    return RunFolder.best(folder);
  }
}
