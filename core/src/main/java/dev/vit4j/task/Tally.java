package dev.vit4j.task;

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

  /** The share of right ones, 0 to 1; NaN if nothing was counted. */
  public double share(String key) {
    Count count = counts.get(key);
    return count == null || count.all == 0 ? Double.NaN : (double) count.right / count.all;
  }
}
