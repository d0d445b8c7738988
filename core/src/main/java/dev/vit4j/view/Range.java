package dev.vit4j.view;

import java.util.ArrayList;
import java.util.List;

/** The finite, nonempty range of an axis or a color map. */
record Range(double low, double high) {

  /** Returns the range of the finite values; 0 to 1 if there are none, widened if all are equal. */
  static Range of(List<Double> values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low > high ? new Range(0, 1) : new Range(low, high).widened();
  }

  /** Returns the range of the finite values of a map. */
  static Range of(float[][] map) {
    List<Double> values = new ArrayList<>();
    for (float[] row : map) {
      for (float value : row) {
        values.add((double) value);
      }
    }
    return of(values);
  }

  /** Returns {@link #share} of every value of a map; NaN for values that are not finite. */
  float[][] shares(float[][] map) {
    float[][] shares = new float[map.length][];
    for (int r = 0; r < map.length; r++) {
      shares[r] = new float[map[r].length];
      for (int c = 0; c < map[r].length; c++) {
        shares[r][c] = Float.isFinite(map[r][c]) ? (float) share(map[r][c]) : Float.NaN;
      }
    }
    return shares;
  }

  /** Returns the relative position of a value: 0 at the lower end, 1 at the upper one. */
  double share(double value) {
    return (value - low) / (high - low);
  }

  Range times(double factor) {
    return new Range(low * factor, high * factor);
  }

  /** Extends an empty range to zero, since it cannot be drawn. */
  private Range widened() {
    if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) {
      return this;
    }
    return low == 0 ? new Range(0, 1) : new Range(Math.min(low, 0), Math.max(high, 0));
  }
}
