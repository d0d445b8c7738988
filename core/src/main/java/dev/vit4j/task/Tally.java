package dev.vit4j.task;

import dev.vit4j.metric.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts for the running metrics of a training, by metric key.
 *
 * @param counts counts by metric key
 */
public record Tally(Map<String, Count> counts) {
  /** Empty counts. */
  public static final Tally NONE = new Tally(Map.of());

  /**
   * Number of correct predictions and of all predictions.
   *
   * @param right number of correct predictions
   * @param all number of predictions
   */
  public record Count(long right, long all) {}

  /** Copies the map and keeps its order. */
  public Tally {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
  }

  /** Returns the counts of one metric. */
  public static Tally of(String key, long right, long all) {
    return new Tally(Map.of(key, new Count(right, all)));
  }

  /** Returns the sum of both. */
  public Tally plus(Tally other) {
    Map<String, Count> sum = new LinkedHashMap<>(counts);
    other.counts.forEach(
        (key, c) -> sum.merge(key, c, (a, b) -> new Count(a.right + b.right, a.all + b.all)));
    return new Tally(sum);
  }

  /** The value of a metric; NaN if nothing was counted. */
  public double value(Metric metric) {
    Count count = counts.get(metric.key());
    if (count == null || count.all == 0) {
      return Double.NaN;
    }
    double right = metric.unit() == Metric.Unit.PERCENT ? 100.0 * count.right : count.right;
    return right / count.all;
  }
}
