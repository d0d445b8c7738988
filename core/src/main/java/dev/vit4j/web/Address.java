package dev.vit4j.web;

import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where something is asked for.
 *
 * @param uri http or https
 * @param token a secret for that server; no other one ever hears it
 */
public record Address(URI uri, @Nullable String token) {
  private static final Set<String> SCHEMES = Set.of("http", "https");

  /** An address that anybody may ask. */
  public static Address open(URI uri) {
    return new Address(uri, null);
  }

  /**
   * An address that the user wrote.
   *
   * @param variable what messages call it
   * @throws IllegalArgumentException if it is no web address
   */
  public static URI parse(String variable, String text) {
    try {
      URI uri = URI.create(text.strip());
      if (isWeb(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, in words.
    }
    throw new IllegalArgumentException(
        variable + " is '" + text + "': an http or https address is needed");
  }

  static boolean isWeb(URI uri) {
    return uri.getHost() != null && uri.getScheme() != null && SCHEMES.contains(uri.getScheme());
  }

  /** This address moved; the token stays behind where the server is another one. */
  Address movedTo(URI target) {
    boolean same =
        Objects.equals(uri.getScheme(), target.getScheme())
            && uri.getHost().equalsIgnoreCase(target.getHost())
            && uri.getPort() == target.getPort();
    return new Address(target, same ? token : null);
  }

  /** The address alone: the token is never printed. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
