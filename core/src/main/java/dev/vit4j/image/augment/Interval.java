package dev.vit4j.image.augment;

import java.util.random.RandomGenerator;

/**
 * From where to where a number is drawn, evenly.
 *
 * @param min the least
 * @param max the most, not below min
 */
public record Interval(double min, double max) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if min is above max, or one is no finite number
   */
  public Interval {
    if (!(min <= max) || Double.isInfinite(min) || Double.isInfinite(max)) {
      throw new IllegalArgumentException(
          "a range goes from the smaller to the larger number, not from " + min + " to " + max);
    }
  }

  /** A number between. */
  double draw(RandomGenerator random) {
    return min + (max - min) * random.nextDouble();
  }

  /** A number between, drawn evenly on the logarithmic scale. */
  double drawLog(RandomGenerator random) {
    double low = Math.log(min);
    return Math.exp(low + (Math.log(max) - low) * random.nextDouble());
  }

  /** As Python prints a pair, with at most four decimals: {@code (0.75, 1.3333)}. */
  @Override
  public String toString() {
    return "(" + rounded(min) + ", " + rounded(max) + ")";
  }

  private static double rounded(double x) {
    return Math.rint(x * 1e4) / 1e4;
  }
}
