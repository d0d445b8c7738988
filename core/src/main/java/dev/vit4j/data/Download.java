package dev.vit4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file over HTTP into memory.
 *
 * @param client shared between files
 * @param address of the file
 * @param patience for the answer and for each further piece of data
 */
record Download(HttpClient client, URI address, Duration patience) {
  private static final int PIECE = 1 << 16;

  /**
   * Reads exactly the size expected.
   *
   * @throws IOException if the answer is not 200, stalls, or is shorter or longer
   */
  byte[] read(int size, DatasetFetcher.Progress progress) throws IOException {
    progress.received(address, 0, size);
    HttpResponse<InputStream> response = send();
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("HTTP status " + response.statusCode());
      }
      return body(in, size, progress);
    }
  }

  private HttpResponse<InputStream> send() throws IOException {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(patience).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer for " + patience.toMillis() / 1000.0 + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching " + address);
    } catch (IOException e) {
      // The JDK's exceptions for refused and unknown hosts often have no message.
      String message = Objects.requireNonNullElse(e.getMessage(), "");
      throw new IOException(message.isBlank() ? "no connection" : message, e);
    }
  }

  private byte[] body(InputStream in, int size, DatasetFetcher.Progress progress)
      throws IOException {
    byte[] content = new byte[size];
    int length = 0;
    try (StallGuard guard = new StallGuard(in, patience)) {
      try {
        while (length < size) {
          int n = in.read(content, length, Math.min(PIECE, size - length));
          if (n < 0) {
            break;
          }
          length += n;
          guard.moved();
          progress.received(address, length, size);
        }
        if (length == size && in.read() >= 0) {
          throw new IOException("longer than the " + size + " bytes expected");
        }
      } catch (IOException e) {
        throw guard.stalled() ? stalled(length, size, e) : e;
      }
      if (length < size) {
        throw guard.stalled() ? stalled(length, size, null) : ended(length, size);
      }
    }
    return content;
  }

  private IOException stalled(int length, int size, @Nullable Throwable e) {
    return new IOException(
        "no data for %s s after %d of %d bytes"
            .formatted(patience.toMillis() / 1000.0, length, size),
        e);
  }

  private static IOException ended(int length, int size) {
    return new IOException("ended after %d of %d bytes".formatted(length, size));
  }
}
