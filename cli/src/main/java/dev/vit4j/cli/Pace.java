package dev.vit4j.cli;

import java.util.Locale;

/** Reports the number of processed images every ten seconds. */
final class Pace {
  private static final long INTERVAL = 10_000_000_000L; // nanoseconds

  private final Output out;
  private final long start = System.nanoTime();
  private long told = start;
  private long pictures;

  Pace(Output out) {
    this.out = out;
  }

  /** Counts an image. */
  void next() {
    pictures++;
    long now = System.nanoTime();
    if (now - told >= INTERVAL) {
      told = now;
      out.note(
          String.format(
              Locale.ROOT,
              "%,d images done, %.1f images/s",
              pictures,
              pictures * 1e9 / (now - start)));
    }
  }
}
