package dev.vit4j.cli;

import java.util.Locale;

/** Says every ten seconds how many pictures are done, so that long work is not silent. */
final class Pace {
  private static final long INTERVAL = 10_000_000_000L; // nanoseconds

  private final Output out;
  private final long start = System.nanoTime();
  private long told = start;
  private long pictures;

  Pace(Output out) {
    this.out = out;
  }

  /** Counts a picture. */
  void next() {
    pictures++;
    long now = System.nanoTime();
    if (now - told >= INTERVAL) {
      told = now;
      out.note(
          String.format(
              Locale.ROOT,
              "%,d pictures done, %.1f pictures/s",
              pictures,
              pictures * 1e9 / (now - start)));
    }
  }
}
