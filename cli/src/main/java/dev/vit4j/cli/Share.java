package dev.vit4j.cli;

import java.util.Locale;

/** Reports the share of a long work that is done, and the time left, every ten seconds. */
final class Share {
  private static final long INTERVAL = 10_000_000_000L; // nanoseconds

  private final Output out;
  private final String what;
  private final long start = System.nanoTime();
  private long told = start;

  /**
   * Starts the clock.
   *
   * @param what what is done, such as {@code pairs compared}
   */
  Share(Output out, String what) {
    this.out = out;
    this.what = what;
  }

  /** Notes the share that is done, 0 to 1. */
  void done(double share) {
    long now = System.nanoTime();
    if (now - told >= INTERVAL) {
      told = now;
      long left = Math.round((now - start) / 1e9 * (1 - share) / Math.max(share, 1e-9));
      out.note(
          String.format(
              Locale.ROOT, "%.1f %% of %s, ETA %s", 100 * share, what, LiveBar.clock(left)));
    }
  }
}
