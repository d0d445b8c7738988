package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Task;
import dev.vit4j.train.EpochRow;
import dev.vit4j.train.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of a training: a progress bar if stderr is a terminal, else a line every
 * log_interval steps, and a line per epoch. All lines except the bar are also written to the run's
 * {@code train.log}.
 */
final class TrainProgress implements Progress, AutoCloseable {
  private final Output output;
  private final @Nullable PrintWriter terminal;
  private final StopOnSignal stop;
  private final RunLog log = new RunLog();
  private final List<Double> decided = new ArrayList<>();
  private @Nullable Start start;
  private @Nullable LiveBar bar;
  private boolean stepped;
  private boolean stopping;

  /**
   * @param terminal terminal for the progress bar; null for none
   * @param stop begins when the training does; before that, a signal ends the process
   */
  TrainProgress(Output output, @Nullable PrintWriter terminal, StopOnSignal stop) {
    this.output = output;
    this.terminal = terminal;
    this.stop = stop;
  }

  @Override
  public void stage(String line) {
    note(line);
  }

  @Override
  public void remark(String line) {
    log.line(line);
    output.remark(line);
  }

  @Override
  public void start(Start start) {
    stop.begin();
    this.start = start;
    try {
      log.open(start.folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    note(
        "Data split: %,d training, %,d validation, %s"
            .formatted(start.train(), start.val(), Count.of(start.test(), "test image")));
    note(
        "Batch size: %,d, %s per epoch"
            .formatted(
                start.recipe().get(OptimizerKeys.BATCH_SIZE),
                Count.of(start.batchesPerEpoch(), "batch")));
    note("Run folder: " + start.folder());
  }

  @Override
  public void step(Step step) {
    stepped = true;
    Start s = started();
    long done = (long) (step.epoch() - 1) * s.batchesPerEpoch() + step.batch();
    if (terminal != null) {
      if (bar == null) {
        long total = (long) s.epochs() * s.batchesPerEpoch();
        bar = new LiveBar(terminal, s.task(), s.epochs(), done - 1, total);
      }
      bar.show(step, done);
    }
    if (step.batch() % s.recipe().get(RunKeys.LOG_INTERVAL) == 0) {
      String line = line(step, s);
      log.line(line);
      if (terminal == null) {
        output.note(line);
      }
    }
  }

  private static String line(Step step, Start start) {
    StringBuilder line = new StringBuilder();
    line.append(
        "Train epoch %d/%d [%d/%d] loss: %s"
            .formatted(
                step.epoch(),
                start.epochs(),
                step.seen(),
                start.train(),
                four(loss(step.means()))));
    for (Metric m : start.task().trainMetrics()) {
      double value = step.means().getOrDefault(m.key(), Double.NaN);
      line.append(" | %s: %s".formatted(m.brief(), four(m.plain(value))));
    }
    return line
        + String.format(
            Locale.ROOT,
            " | lr: %.2e | %.0f images/s | data %.0f %%",
            step.lr(),
            step.imagesPerSecond(),
            100 * step.dataWait());
  }

  private static double loss(Map<String, Double> values) {
    return values.getOrDefault(Metric.LOSS.key(), Double.NaN);
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Override
  public void epoch(EpochRow row, Task task, boolean best) {
    Metric metric = task.decides();
    decided.add(row.validated() ? row.val(metric.key()) : row.train(metric.key()));
    String line = Progress.line(row, task, best);
    if (bar == null || output.isQuiet()) {
      note(line);
    } else {
      log.line(line);
      bar.print(shortLine(row, task, best));
    }
  }

  /** Formats an epoch within 80 columns; the log has all values. */
  private String shortLine(EpochRow row, Task task, boolean best) {
    StringBuilder line = new StringBuilder();
    line.append(
        "%d/%d loss %s".formatted(row.epoch(), started().epochs(), four(loss(row.train()))));
    for (Metric m : task.trainMetrics()) {
      line.append(" %s %s".formatted(m.brief(), LiveBar.value(m, row.train(m.key()))));
    }
    if (row.validated()) {
      line.append(" | val loss %s".formatted(four(loss(row.val()))));
      Metric m = task.decides();
      line.append(" %s %s".formatted(m.brief(), LiveBar.value(m, row.val(m.key()))));
    }
    return line + " | lr " + LiveBar.rate(row.lr()) + (best ? " | best" : "");
  }

  @Override
  public boolean stopRequested() {
    if (stop.requested() && !stopping) {
      stopping = true;
      note("saving before stopping (press Ctrl-C again to stop immediately) ...");
    }
    return stopping;
  }

  @Override
  public void stalled(String failure) {
    StopOnSignal.fail(failure);
  }

  /** Returns whether this session has trained; a complete run is only tested. */
  boolean stepped() {
    return stepped;
  }

  /** Ends the bar, so that further output appears below it. */
  void endBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** Prints a note, also to the log. */
  void note(String line) {
    log.line(line);
    if (bar != null && !output.isQuiet()) {
      bar.print(line);
    } else {
      output.note(line);
    }
  }

  /** Prints a line of the result, also to the log. */
  void result(String line) {
    log.line(line);
    output.result(line);
  }

  /** Writes the last line of the log: the deciding metric of every epoch of this session. */
  private void logDecided() {
    if (!decided.isEmpty()) {
      Metric metric = started().task().decides();
      log.line(
          decided.stream()
              .map(value -> LiveBar.value(metric, value))
              .collect(Collectors.joining(" ", metric.title() + " by epoch: ", "")));
    }
  }

  private Start started() {
    if (start == null) {
      throw new IllegalStateException("step() called before start()");
    }
    return start;
  }

  @Override
  public void close() {
    endBar();
    logDecided();
    log.close();
  }
}
