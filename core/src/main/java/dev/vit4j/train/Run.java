package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import java.nio.file.Path;
import java.util.Map;

/**
 * A training's folder and what it gave. Values go by metric key and are in the metric's unit.
 *
 * @param decides the metric by which the best epoch was chosen
 * @param epochs whole epochs done
 * @param bestEpoch the epoch whose weights are kept as best
 * @param val validation of the best epoch; empty without a validation split
 * @param test of the best epoch's weights; empty if it was stopped before the end
 * @param seconds over all sessions
 * @param stopped whether it was asked to stop before its end
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

  /** A value of the best epoch's validation, such as {@code top1}; NaN if there is none. */
  public double val(String key) {
    return val.getOrDefault(key, Double.NaN);
  }

  /** A value of the test, such as {@code top1}; NaN if there is none. */
  public double test(String key) {
    return test.getOrDefault(key, Double.NaN);
  }

  /** The same run, tested. */
  Run withTest(Map<String, Double> values) {
    return new Run(folder, decides, epochs, bestEpoch, val, values, seconds, stopped);
  }

  /** The weights folder of the best epoch. */
  public Path best() {
    return RunFolder.best(folder);
  }
}
