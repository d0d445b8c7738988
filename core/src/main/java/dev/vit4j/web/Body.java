package dev.vit4j.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The remaining bytes of a download.
 *
 * @param from URL
 * @param in the response body
 * @param done bytes received earlier
 * @param size size of the complete file
 * @param patience timeout for each read
 */
record Body(URI from, InputStream in, long done, long size, Duration patience) {
  private static final int PIECE = 1 << 16;

  /** Receives the data in chunks. */
  @FunctionalInterface
  interface Sink {
    void take(byte[] piece, int length) throws IOException;
  }

  /**
   * Passes all bytes to the sink, up to the expected size.
   *
   * @throws IOException if the data stalls, ends early, or is longer
   */
  void pour(Sink sink, DownloadProgress progress) throws IOException {
    long length = done;
    byte[] piece = new byte[PIECE];
    try (StallGuard guard = new StallGuard(in, patience)) {
      try {
        while (length < size) {
          int n = in.read(piece, 0, (int) Math.min(PIECE, size - length));
          if (n < 0) {
            break;
          }
          sink.take(piece, n);
          length += n;
          guard.moved();
          progress.received(from, length, size);
        }
        if (length == size && in.read() >= 0) {
          throw new WebException("longer than the " + size + " bytes expected");
        }
      } catch (WebException e) {
        throw e;
      } catch (IOException e) {
        throw guard.stalled() ? stalled(length, e) : e;
      }
      if (length < size) {
        throw guard.stalled() ? stalled(length, null) : ended(length);
      }
    }
  }

  private IOException stalled(long length, @Nullable Throwable e) {
    return new IOException(
        "no data for %s s after %d of %d bytes"
            .formatted(patience.toMillis() / 1000.0, length, size),
        e);
  }

  private IOException ended(long length) {
    return new IOException("ended after %d of %d bytes".formatted(length, size));
  }
}
