package dev.vit4j.web;

import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A URL to request, with its credentials.
 *
 * @param uri http or https
 * @param token secret for that server; not sent to any other server
 */
public record Address(URI uri, @Nullable String token) {
  private static final Set<String> SCHEMES = Set.of("http", "https");

  /** Returns an address without a token. */
  public static Address open(URI uri) {
    return new Address(uri, null);
  }

  /**
   * Parses a URL given by the user.
   *
   * @param variable its name in messages
   * @throws IllegalArgumentException if it is not an http or https URL
   */
  public static URI parse(String variable, String text) {
    try {
      URI uri = URI.create(text.strip());
      if (isWeb(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        variable + " is '" + text + "': an http or https URL is required");
  }

  static boolean isWeb(URI uri) {
    return uri.getHost() != null && uri.getScheme() != null && SCHEMES.contains(uri.getScheme());
  }

  /** Returns the target of a redirect; the token is dropped if the server is a different one. */
  Address movedTo(URI target) {
    boolean same =
        Objects.equals(uri.getScheme(), target.getScheme())
            && uri.getHost().equalsIgnoreCase(target.getHost())
            && uri.getPort() == target.getPort();
    return new Address(target, same ? token : null);
  }

  /** Returns the URL only: the token is never printed. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
