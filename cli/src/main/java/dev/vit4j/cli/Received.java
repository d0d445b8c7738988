package dev.vit4j.cli;

import dev.vit4j.web.DownloadProgress;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints download progress: a line per file, and a counter if there is a terminal. */
final class Received implements DownloadProgress {
  private static final double KB = 1e3;
  private static final long REFRESH = 200_000_000; // nanoseconds

  private final Output output;
  private final @Nullable PrintWriter terminal;
  private @Nullable URI current;
  private long shown;

  /**
   * @param terminal terminal for the counter; null for none
   */
  Received(Output output, @Nullable PrintWriter terminal) {
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public void received(URI from, long bytes, long total) {
    boolean begins = !from.equals(current);
    if (begins) {
      current = from;
      output.note(
          "%s  %s%s"
              .formatted(from, size(total), bytes > 0 ? ", resuming after " + size(bytes) : ""));
    }
    if (terminal != null) {
      count(terminal, bytes, total, begins);
    }
  }

  private void count(PrintWriter to, long bytes, long total, boolean begins) {
    long now = System.nanoTime();
    boolean ends = bytes == total;
    if (begins || ends || now - shown > REFRESH) {
      shown = now;
      to.printf(
          Locale.ROOT,
          "\r%4d %%  %s of %s\033[K%s",
          total == 0 ? 100 : 100 * bytes / total,
          size(bytes),
          size(total),
          ends ? "\r\033[K" : "");
      to.flush();
    }
  }

  /** Formats a number of bytes with decimal units. */
  static String size(long bytes) {
    return bytes < KB
        ? bytes + " B"
        : bytes < KB * KB
            ? String.format(Locale.ROOT, "%.1f kB", bytes / KB)
            : String.format(Locale.ROOT, "%.2f MB", bytes / KB / KB);
  }
}
