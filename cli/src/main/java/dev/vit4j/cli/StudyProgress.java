package dev.vit4j.cli;

import dev.vit4j.train.Progress;
import java.io.PrintWriter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows the progress of several consecutive runs, each with its own log. */
final class StudyProgress implements Function<String, Progress>, AutoCloseable {
  private final Output output;
  private final @Nullable PrintWriter terminal;
  private final StopOnSignal stop;
  private @Nullable TrainProgress current;

  StudyProgress(Output output, @Nullable PrintWriter terminal, StopOnSignal stop) {
    this.output = output;
    this.terminal = terminal;
    this.stop = stop;
  }

  @Override
  public Progress apply(String title) {
    close();
    TrainProgress next = new TrainProgress(output, terminal, stop);
    next.note("== " + title);
    current = next;
    return next;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
