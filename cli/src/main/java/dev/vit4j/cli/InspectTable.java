package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.format.TensorStatistics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Formats the tensors of a file as lines, followed by totals and the metadata.
 *
 * @param tensors tensors to list
 * @param all number of tensors in the file
 * @param names library that uses these tensor names, if known
 */
record InspectTable(
    Map<TensorInfo, TensorStatistics> tensors,
    int all,
    Optional<String> names,
    Map<String, String> metadata) {
  private static final int WIDTH = 100;
  private static final int SHORTEST_NAME = 20;
  private static final long SMALL = 100_000;
  private static final int DIGITS = 3;
  private static final String GAP = "  ";

  /** Columns after the first two are numbers and right-aligned. */
  private static final List<String> HEAD =
      List.of("name", "dtype", "shape", "mean", "std", "min", "max");

  private static final int FIRST_NUMBER = 3;

  /**
   * Returns the lines.
   *
   * @param narrow whether to keep within 100 columns by cutting the start of long names
   */
  List<String> lines(boolean narrow) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    tensors.forEach((t, s) -> rows.add(row(t, s)));
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int rest = Arrays.stream(widths).skip(1).sum() + GAP.length() * (widths.length - 1);
    if (narrow) {
      widths[0] = Math.min(widths[0], Math.max(SHORTEST_NAME, WIDTH - rest));
    }
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(line(row, widths)));
    lines.add(1, "-".repeat(widths[0] + rest));
    lines.add("-".repeat(widths[0] + rest));
    lines.addAll(totals());
    names.ifPresent(whose -> lines.add("names: " + whose));
    metadata.forEach((k, v) -> lines.add(note(k, v, narrow)));
    return lines;
  }

  private static List<String> row(TensorInfo t, TensorStatistics s) {
    return List.of(
        Output.printable(t.name()),
        t.dtype().name(),
        Arrays.toString(t.shape()),
        number(s.mean()),
        number(s.std()),
        number(s.min()),
        number(s.max()));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = i == 0 ? shortened(row.get(0), widths[0]) : row.get(i);
      String format = "%" + (i >= FIRST_NUMBER ? "" : "-") + widths[i] + "s";
      line.append(i == 0 ? "" : GAP).append(format.formatted(cell));
    }
    return line.toString().stripTrailing();
  }

  /** Keeps the end of a name, which contains the layer and the kind of parameter. */
  private static String shortened(String name, int width) {
    return name.length() <= width ? name : "…" + name.substring(name.length() - width + 1);
  }

  private List<String> totals() {
    long elements = tensors.keySet().stream().mapToLong(TensorInfo::count).sum();
    long bytes = tensors.keySet().stream().mapToLong(TensorInfo::bytes).sum();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %s, %s",
            tensors.size() == all
                ? Count.of(all, "tensor")
                : String.format(Locale.ROOT, "%,d of %s", tensors.size(), Count.of(all, "tensor")),
            Count.of(elements, "element"),
            bytes < SMALL
                ? Count.of(bytes, "byte")
                : String.format(Locale.ROOT, "%,.2f MB", bytes / 1e6)));
    tensors.forEach(
        (t, s) -> {
          if (s.nan() + s.infinite() > 0) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s: %,d NaN, %,d infinite, excluded from the statistics above",
                    Output.printable(t.name()),
                    s.nan(),
                    s.infinite()));
          }
        });
    return lines;
  }

  private static String note(String key, String value, boolean narrow) {
    String line = Output.printable(key + ": " + value);
    return narrow && line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line;
  }

  /** Formats with three significant digits, or all integer digits; a dash if not finite. */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e6)) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    BigDecimal exact = new BigDecimal(value);
    int before = exact.precision() - exact.scale();
    BigDecimal rounded =
        exact.round(new MathContext(Math.max(DIGITS, before))).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
