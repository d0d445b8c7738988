package dev.vit4j.cli;

import dev.vit4j.metric.Metric;
import dev.vit4j.train.StudyResult;
import java.util.Locale;

/** Prints several runs as a table: a line per run, then mean and standard deviation. */
final class StudyTable {
  private static final int WIDEST_NAME = 40;

  private StudyTable() {}

  static void print(StudyResult result, Output out) {
    Metric metric = result.decides();
    int width = result.runs().stream().mapToInt(r -> r.name().length()).max().orElse(0);
    width = Math.max("mean ± std".length(), Math.min(WIDEST_NAME, width));
    String row = "%-" + width + "s  %14s  %14s  %10s  %8s";
    out.result(
        row.formatted(
            "run", "val " + name(metric), "test " + name(metric), "best epoch", "seconds"));
    for (StudyResult.Entry run : result.runs()) {
      String name = run.name();
      out.result(
          row.formatted(
              name.length() > width ? name.substring(0, width - 1) + "…" : name,
              text(metric, run.val(metric.key())),
              text(metric, run.test(metric.key())),
              run.error() == null ? run.bestEpoch() + " of " + run.epochs() : "failed",
              number("%.1f", run.seconds())));
    }
    if (!result.choosing()) {
      out.result(
          row.formatted(
                  "mean ± std",
                  spread(metric, result.val(metric.key())),
                  spread(metric, result.test(metric.key())),
                  "",
                  "")
              .stripTrailing());
    }
  }

  private static String name(Metric metric) {
    return metric.key().equals(Metric.TOP1.key()) ? "top-1" : metric.brief();
  }

  private static String text(Metric metric, double value) {
    return Double.isNaN(value) ? "-" : metric.text(value);
  }

  private static String spread(Metric metric, StudyResult.Spread s) {
    boolean percent = metric.unit() == Metric.Unit.PERCENT;
    String format = percent ? "%.2f" : "%.4f";
    String deviation = Double.isNaN(s.std()) ? "" : number(" ± " + format, s.std());
    return Double.isNaN(s.mean())
        ? "-"
        : number(format, s.mean()) + deviation + (percent ? " %" : "");
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
