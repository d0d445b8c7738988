package dev.vit4j.cli;

import dev.vit4j.metric.Metric;
import dev.vit4j.task.Task;
import dev.vit4j.train.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * Progress bar of a training on the last line of a terminal. It has its own consumer, because the
 * default one of the library captures terminal signals, which would prevent saving at Ctrl-C.
 */
final class LiveBar implements AutoCloseable {
  private static final int WIDTH = 6;
  private static final int REFRESH_MS = 200;
  // Disable wrapping while the bar is written, so that it takes one line in a narrow terminal.
  private static final String BEGIN = "\r\033[?7l";
  private static final String END = "\033[K\033[?7h";

  private final PrintWriter err;
  private final Task task;
  private final int epochs;
  private final ProgressBar bar;
  private volatile Progress.@Nullable Step step;

  /**
   * @param done number of batches completed in earlier sessions
   * @param total number of batches in all epochs
   */
  LiveBar(PrintWriter err, Task task, int epochs, long done, long total) {
    this.task = task;
    this.err = err;
    this.epochs = epochs;
    this.bar =
        new ProgressBarBuilder()
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUpdateIntervalMillis(REFRESH_MS)
            .setConsumer(new Line())
            .setRenderer((state, width) -> render(state))
            .build();
  }

  /** Shows a step; the library redraws five times a second. */
  void show(Progress.Step now, long done) {
    step = now;
    bar.stepTo(done);
  }

  /** Prints a line above the bar. */
  void print(String line) {
    synchronized (err) {
      err.print("\r\033[K");
      err.println(line);
      err.flush();
    }
  }

  private String render(ProgressState state) {
    Progress.Step now = step;
    if (now == null) {
      return "starting ...";
    }
    double share = state.getMax() == 0 ? 1 : (double) state.getCurrent() / state.getMax();
    int full = (int) Math.round(share * WIDTH);
    StringBuilder metrics = new StringBuilder();
    for (Metric m : task.trainMetrics()) {
      metrics.append("  %s %s".formatted(m.brief(), value(m, now.means().get(m.key()))));
    }
    return String.format(
        Locale.ROOT,
        "%d/%d %s%s %3.0f%%  loss %.4f%s  %.0f img/s  data %.0f%%  ETA %s",
        now.epoch(),
        epochs,
        "━".repeat(full),
        "─".repeat(WIDTH - full),
        100 * share,
        now.means().get(Metric.LOSS.key()),
        metrics,
        now.imagesPerSecond(),
        100 * now.dataWait(),
        eta(state));
  }

  private static String eta(ProgressState state) {
    long done = state.getCurrent() - state.getStart();
    if (done <= 0) {
      return "-:--";
    }
    double perStep = state.getElapsedAfterStart().toMillis() / 1000.0 / done;
    return clock(Math.round(perStep * (state.getMax() - state.getCurrent())));
  }

  /** Formats a metric value briefly. */
  static String value(Metric metric, double value) {
    return String.format(
        Locale.ROOT, metric.unit() == Metric.Unit.PERCENT ? "%.2f%%" : "%.4f", value);
  }

  /** Formats a learning rate with a short exponent, to keep lines within 80 columns. */
  static String rate(double lr) {
    return String.format(Locale.ROOT, "%.1e", lr).replace("e-0", "e-").replace("e+00", "");
  }

  /** Formats seconds as m:ss or h:mm:ss. */
  static String clock(long seconds) {
    return seconds < 3600
        ? "%d:%02d".formatted(seconds / 60, seconds % 60)
        : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  @Override
  public void close() {
    bar.close();
  }

  private final class Line implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void accept(String text) {
      synchronized (err) {
        err.print(BEGIN + text + END);
        err.flush();
      }
    }

    @Override
    public void clear() {
      print("");
    }

    @Override
    public void close() {
      synchronized (err) {
        err.print("\r\033[K");
        err.flush();
      }
    }
  }
}
