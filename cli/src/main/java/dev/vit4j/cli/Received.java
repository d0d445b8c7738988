package dev.vit4j.cli;

import dev.vit4j.web.DownloadProgress;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows downloads: a line per file, which counts up in a terminal. */
final class Received implements DownloadProgress {
  private static final double MB = 1e6;
  private static final long REFRESH = 200_000_000; // nanoseconds

  private final Output output;
  private final @Nullable PrintWriter terminal;
  private @Nullable URI current;
  private long shown;

  /**
   * @param terminal where a line can be rewritten; null for none
   */
  Received(Output output, @Nullable PrintWriter terminal) {
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public void received(URI from, long bytes, long total) {
    boolean begins = !from.equals(current);
    current = from;
    if (terminal != null) {
      count(terminal, from, bytes, total, begins);
    } else if (begins) {
      output.note(
          from
              + megabytes("  %.2f MB", total)
              + (bytes > 0 ? megabytes(", going on after %.2f MB", bytes) : ""));
    }
  }

  private void count(PrintWriter to, URI from, long bytes, long total, boolean begins) {
    long now = System.nanoTime();
    if (begins || bytes == total || now - shown > REFRESH) {
      shown = now;
      String line = from + megabytes("  %.2f", bytes) + megabytes(" of %.2f MB", total);
      to.print("\r" + line + (bytes == total ? "\n" : ""));
      to.flush();
    }
  }

  private static String megabytes(String format, long bytes) {
    return String.format(Locale.ROOT, format, bytes / MB);
  }
}
