package dev.vit4j.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers along an axis, in steps of 1, 2 or 5 times a power of ten, and their labels. */
final class Ticks {
  private static final double SMALL = 0.999e-3;
  private static final double LARGE = 1e6;
  private static final double SLACK = 1e-6;

  private final Range range;
  private final double step;

  /**
   * @param most the most intervals between ticks
   */
  Ticks(Range range, int most) {
    this(range, step(range.high() - range.low(), most));
  }

  private Ticks(Range range, double step) {
    this.range = range;
    this.step = step;
  }

  /** Ticks at whole numbers only. */
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

  /** The round values within the range, ascending. */
  List<Double> values() {
    List<Double> values = new ArrayList<>();
    double last = Math.floor(range.high() / step + SLACK);
    for (double i = Math.ceil(range.low() / step - SLACK); i <= last; i++) {
      values.add(i * step);
    }
    return values;
  }

  /** Marks for the color bar of a range. */
  static List<ColorBar.Mark> marks(Range range, int most) {
    Ticks ticks = new Ticks(range, most);
    return ticks.values().stream()
        .map(v -> new ColorBar.Mark(range.share(v), ticks.label(v)))
        .toList();
  }

  Range range() {
    return range;
  }

  /** The same ticks with the range grown to a round value at both ends. */
  Ticks rounded() {
    double low = Math.floor(range.low() / step + SLACK) * step;
    double high = Math.ceil(range.high() / step - SLACK) * step;
    return new Ticks(new Range(low, high), step);
  }

  /** No more digits than the step needs; with a power of ten where the axis is tiny or huge. */
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
