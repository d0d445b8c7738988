package dev.vit4j.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ticks of an axis at multiples of 1, 2 or 5 times a power of ten, and their labels. */
final class Ticks {
  private static final double SMALL = 0.999e-3;
  private static final double LARGE = 1e6;
  private static final double SLACK = 1e-6;

  private final Range range;
  private final double step;

  /**
   * @param most maximum number of intervals between ticks
   */
  Ticks(Range range, int most) {
    this(range, step(range.high() - range.low(), most));
  }

  private Ticks(Range range, double step) {
    this.range = range;
    this.step = step;
  }

  /** Creates ticks at integers only. */
  static Ticks whole(Range range, int most) {
    return new Ticks(range, Math.max(1, step(range.high() - range.low(), most)));
  }

  private static double step(double span, int most) {
    double raw = span / most;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= raw * (1 - SLACK)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** Returns the ticks within the range in ascending order. */
  List<Double> values() {
    List<Double> values = new ArrayList<>();
    double last = Math.floor(range.high() / step + SLACK);
    for (double i = Math.ceil(range.low() / step - SLACK); i <= last; i++) {
      values.add(i * step);
    }
    return values;
  }

  /** Returns the marks of a range's color bar. */
  static List<ColorBar.Mark> marks(Range range, int most) {
    Ticks ticks = new Ticks(range, most);
    return ticks.values().stream()
        .map(v -> new ColorBar.Mark(range.share(v), ticks.label(v)))
        .toList();
  }

  Range range() {
    return range;
  }

  /** Returns the same ticks with the range extended to a tick at both ends. */
  Ticks rounded() {
    double low = Math.floor(range.low() / step + SLACK) * step;
    double high = Math.ceil(range.high() / step - SLACK) * step;
    return new Ticks(new Range(low, high), step);
  }

  /**
   * Formats a tick with the digits that the step needs; scientific if the range is tiny or huge.
   */
  String label(double value) {
    double largest = Math.max(Math.abs(range.low()), Math.abs(range.high()));
    if (Math.abs(value) < step * SLACK) {
      return largest < SMALL || largest >= LARGE ? "0" : decimal(0);
    }
    return largest < SMALL || largest >= LARGE ? scientific(value) : decimal(value);
  }

  private String decimal(double value) {
    int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - SLACK));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private String scientific(double value) {
    double digits =
        Math.floor(Math.log10(Math.abs(value)) + SLACK) - Math.floor(Math.log10(step) + SLACK);
    String text = String.format(Locale.ROOT, "%." + (int) Math.max(0, digits) + "e", value);
    return text.replaceAll("e([+-])0*", "e$1").replace("e+", "e");
  }
}
