package dev.vit4j.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Closes a stream that receives no more data: the JDK's HTTP client has a timeout for the response,
 * but not for its body.
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

  /** Resets the timeout when data arrives. */
  void moved() {
    lastMove = System.nanoTime();
  }

  /** Whether the stream was closed after a timeout. */
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
      // close() was called: the download has ended.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
