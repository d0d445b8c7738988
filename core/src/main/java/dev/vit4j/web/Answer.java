package dev.vit4j.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;

/**
 * What a server said, after all redirects.
 *
 * @param from the last address
 * @param status of HTTP
 * @param headers as sent; nothing in them is to be trusted
 * @param body empty after HEAD
 */
public record Answer(URI from, int status, HttpHeaders headers, InputStream body)
    implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final String DIGITS = "\\d{1,18}";

  /** The first header of a name. */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** A header as a number of bytes; -1 if it is missing or none. */
  public long bytes(String name) {
    return header(name).filter(v -> v.matches(DIGITS)).map(Long::parseLong).orElse(-1L);
  }

  /** Whether it points elsewhere. */
  public boolean isRedirect() {
    return REDIRECTS.contains(status) && header("Location").isPresent();
  }

  /** Whether the server may answer otherwise in a moment. */
  boolean isPassing() {
    return PASSING.contains(status);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
