package dev.vit4j.cli;

import java.util.Locale;

/** Reports the number of processed images every ten seconds. */
final class Pace {
  private static final long INTERVAL = 10_000_000_000L; // nanoseconds

  private final Output out;
  private final long start = System.nanoTime();
  private long told = start;
  private final String what;
  private final long total; // 0 if unknown
  private long pictures;

  /** Reports images of an unknown number. */
  Pace(Output out) {
    this(out, "", 0);
  }

  /**
   * Reports images with the time that the others will take.
   *
   * @param what before the number, such as {@code Features: }
   * @param total number of images
   */
  Pace(Output out, String what, long total) {
    this.out = out;
    this.what = what;
    this.total = total;
  }

  /** Counts an image. */
  void next() {
    pictures++;
    long now = System.nanoTime();
    if (now - told >= INTERVAL) {
      told = now;
      double rate = pictures * 1e9 / (now - start);
      String of = total == 0 ? "" : String.format(Locale.ROOT, " of %,d", total);
      String eta =
          total == 0 ? "" : ", ETA " + LiveBar.clock(Math.round((total - pictures) / rate));
      out.note(
          String.format(
              Locale.ROOT, "%s%,d%s images done, %.1f images/s%s", what, pictures, of, rate, eta));
    }
  }

  /** Returns the mean number of images per second since the start. */
  double rate() {
    return pictures * 1e9 / Math.max(1, System.nanoTime() - start);
  }
}
