package dev.vit4j.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * Who may send requests: clients with a token, if there are tokens, and no pages of other origins.
 * A page of any site can make a browser send requests to this machine, also under a name of its own
 * that resolves to it (DNS rebinding); the headers {@code Origin} and {@code Host} tell.
 */
final class Access {
  static final int UNAUTHORIZED = 401;

  private static final int FORBIDDEN = 403;
  private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "bearer ";

  private final List<byte[]> tokens; // SHA-256
  private final boolean loopback;

  Access(List<String> tokens, String host) {
    this.tokens = tokens.stream().map(Access::hash).toList();
    this.loopback = isLoopback(host);
  }

  /** Returns whether only this machine can reach an address. */
  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Checks where a request comes from.
   *
   * @throws Problem with status 403 for a page of another origin
   */
  void requireOrigin(HttpFields headers) {
    String host = headers.get("Host");
    if (loopback && host != null && !THIS_MACHINE.contains(name(host))) {
      throw new Problem(
          FORBIDDEN,
          "this server answers as localhost or 127.0.0.1 only: use one of them in the URL");
    }
    String origin = headers.get("Origin");
    if (origin != null && !origin.equals("http://" + host) && !isBehindProxy(origin, host)) {
      throw new Problem(FORBIDDEN, "requests of pages of another origin are refused");
    }
  }

  /** A proxy may speak https with the browser. */
  private static boolean isBehindProxy(String origin, @Nullable String host) {
    return origin.equals("https://" + host);
  }

  private static String name(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }

  /**
   * Checks the token of a request.
   *
   * @throws Problem with status 401 if it has none that is known
   */
  void requireToken(HttpFields headers) {
    if (tokens.isEmpty()) {
      return;
    }
    String sent = headers.get("Authorization");
    boolean bearer = sent != null && sent.regionMatches(true, 0, BEARER, 0, BEARER.length());
    byte[] hash = hash(bearer ? sent.substring(BEARER.length()).strip() : "");
    boolean known = false;
    for (byte[] token : tokens) {
      known |= MessageDigest.isEqual(token, hash); // all, so that the time tells nothing
    }
    if (!bearer || !known) {
      throw new Problem(UNAUTHORIZED, "send a token: Authorization: Bearer TOKEN");
    }
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
