package dev.vit4j.image.augment;

import java.util.random.RandomGenerator;

/**
 * A range from which numbers are drawn uniformly.
 *
 * @param min minimum
 * @param max maximum, at least min
 */
public record Interval(double min, double max) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if min is above max, or a number is not finite
   */
  public Interval {
    if (!(min <= max) || Double.isInfinite(min) || Double.isInfinite(max)) {
      throw new IllegalArgumentException("a range needs min <= max, not " + min + " to " + max);
    }
  }

  /** Draws a number. */
  double draw(RandomGenerator random) {
    return min + (max - min) * random.nextDouble();
  }

  /** Draws a number uniformly on the logarithmic scale. */
  double drawLog(RandomGenerator random) {
    double low = Math.log(min);
    return Math.exp(low + (Math.log(max) - low) * random.nextDouble());
  }

  /** Formats as a Python pair with at most four decimals: {@code (0.75, 1.3333)}. */
  @Override
  public String toString() {
    return "(" + rounded(min) + ", " + rounded(max) + ")";
  }

  private static double rounded(double x) {
    return Math.rint(x * 1e4) / 1e4;
  }
}
