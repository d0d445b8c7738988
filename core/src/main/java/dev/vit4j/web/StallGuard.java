package dev.vit4j.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Closes a stream on which nothing comes any more: the JDK's HTTP client limits the wait for an
 * answer, but not for the rest of its body.
 */
final class StallGuard implements AutoCloseable {
  private final InputStream in;
  private final long patienceNanos;
  private final Thread watch;
  private volatile long lastMove = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream in, Duration patience) {
    this.in = in;
    this.patienceNanos = patience.toNanos();
    this.watch = new Thread(this::watch, "vit4j-stall-guard");
    watch.setDaemon(true);
    watch.start();
  }

  /** Data has come. */
  void moved() {
    lastMove = System.nanoTime();
  }

  /** Whether the stream was closed for want of data. */
  boolean stalled() {
    return stalled;
  }

  private void watch() {
    try {
      long left = patienceNanos;
      while (left > 0) {
        Thread.sleep(1 + left / 1_000_000);
        left = patienceNanos - (System.nanoTime() - lastMove);
      }
      stalled = true;
      in.close();
    } catch (InterruptedException e) {
      // close() was called: the download is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
