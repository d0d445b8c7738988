package dev.vit4j.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP response, after all redirects.
 *
 * @param from the final URL
 * @param status HTTP status
 * @param headers response headers, untrusted
 * @param body response body; empty for HEAD
 */
public record Answer(URI from, int status, HttpHeaders headers, InputStream body)
    implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final String DIGITS = "\\d{1,18}";

  /** Returns the first header with this name. */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** Returns a header as a number of bytes; -1 if it is missing or invalid. */
  public long bytes(String name) {
    return header(name).filter(v -> v.matches(DIGITS)).map(Long::parseLong).orElse(-1L);
  }

  /** Whether this is a redirect. */
  public boolean isRedirect() {
    return REDIRECTS.contains(status) && header("Location").isPresent();
  }

  /** Whether the error may be temporary, so that a retry can succeed. */
  boolean isPassing() {
    return PASSING.contains(status);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
