package dev.vit4j.cli;

import dev.vit4j.train.StudyResult;
import java.util.Locale;

/** Several runs as a table: a line each, then mean and deviation, or the chosen one. */
final class StudyTable {
  private static final int WIDEST_NAME = 40;

  private StudyTable() {}

  static void print(StudyResult result, Output out) {
    int width = result.runs().stream().mapToInt(r -> r.name().length()).max().orElse(0);
    width = Math.max("mean ± std".length(), Math.min(WIDEST_NAME, width));
    String row = "%-" + width + "s  %14s  %14s  %10s  %8s";
    out.result(row.formatted("run", "val top-1", "test top-1", "best epoch", "seconds"));
    for (StudyResult.Entry run : result.runs()) {
      String name = run.name();
      out.result(
          row.formatted(
              name.length() > width ? name.substring(0, width - 1) + "…" : name,
              percent(run.valTop1()),
              percent(run.testTop1()),
              run.error() == null ? run.bestEpoch() + " of " + run.epochs() : "failed",
              number("%.1f", run.seconds())));
    }
    if (!result.choosing()) {
      out.result(
          row.formatted("mean ± std", spread(result.valTop1()), spread(result.testTop1()), "", "")
              .stripTrailing());
    }
  }

  private static String percent(double value) {
    return number("%.2f %%", value);
  }

  private static String spread(StudyResult.Spread s) {
    String deviation = Double.isNaN(s.std()) ? "" : number(" ± %.2f", s.std());
    return Double.isNaN(s.mean()) ? "-" : number("%.2f", s.mean()) + deviation + " %";
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
