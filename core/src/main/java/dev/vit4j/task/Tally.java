package dev.vit4j.task;

import dev.vit4j.metric.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts behind the running metrics of a training: how many of how many were right, by metric key.
 *
 * @param counts by key: right ones, all
 */
public record Tally(Map<String, Count> counts) {
  /** Nothing counted. */
  public static final Tally NONE = new Tally(Map.of());

  /**
   * Right ones among all.
   *
   * @param right at least 0
   * @param all at least {@code right}
   */
  public record Count(long right, long all) {}

  /** Takes a copy, in the same order. */
  public Tally {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
  }

  /** One metric's counts. */
  public static Tally of(String key, long right, long all) {
    return new Tally(Map.of(key, new Count(right, all)));
  }

  /** Both together. */
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
