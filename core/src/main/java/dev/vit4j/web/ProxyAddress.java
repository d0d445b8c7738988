package dev.vit4j.web;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proxy set by the user.
 *
 * @param variable the environment variable that sets it
 * @param host host name or address; IPv6 addresses in brackets
 * @param port 1 to 65535
 * @param authorization the Proxy-Authorization header with user and password; null for none
 */
record ProxyAddress(String variable, String host, int port, @Nullable String authorization) {
  private static final int USUAL_PORT = 80;
  private static final int MOST_PORT = 65_535;
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?<user>[^/?#]*)@)?"
              + "(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>\\d{1,5})?)?/?");
  private static final Pattern ESCAPED = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  /**
   * Parses {@code http://USER:PASSWORD@HOST:PORT}; only the host is required.
   *
   * @param variable its name in messages
   * @throws IllegalArgumentException if it is invalid or not an HTTP proxy
   */
  static ProxyAddress parse(String variable, String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw wrong(variable, text, "is not a proxy address");
    }
    String scheme = m.group("scheme");
    if (scheme != null && !scheme.toLowerCase(Locale.ROOT).equals("http")) {
      // The JDK's client connects to proxies over plain HTTP only; the tunneled connection may be
      // https.
      throw wrong(
          variable,
          text,
          "has the unsupported scheme %s (no proxy by https or SOCKS: run a local HTTP proxy in front of it)"
              .formatted(scheme));
    }
    int port = m.group("port") == null ? USUAL_PORT : Integer.parseInt(m.group("port"));
    if (port < 1 || port > MOST_PORT) {
      throw wrong(variable, text, "has a port that is not from 1 to " + MOST_PORT);
    }
    String user = m.group("user");
    return new ProxyAddress(
        variable, m.group("host"), port, user == null ? null : authorization(user));
  }

  private static IllegalArgumentException wrong(String variable, String text, String reason) {
    String shown = text.replaceAll("[\\p{Cntrl}]", " ").replaceFirst("^([^/]*://)?.*@", "$1***@");
    return new IllegalArgumentException(
        "%s is '%s', which %s: http://HOST:PORT or http://USER:PASSWORD@HOST:PORT is required"
            .formatted(variable, shown, reason));
  }

  private static String authorization(String user) {
    String plain =
        ESCAPED
            .matcher(user.contains(":") ? user : user + ":")
            .replaceAll(
                m ->
                    Matcher.quoteReplacement(URLDecoder.decode(m.group(), StandardCharsets.UTF_8)));
    return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /** The proxy's socket address, unresolved. */
  InetSocketAddress socket() {
    return InetSocketAddress.createUnresolved(host.replaceAll("[\\[\\]]", ""), port);
  }

  /** Returns URL and variable; the password is never printed. */
  @Override
  public String toString() {
    return "the proxy http://%s:%d of %s".formatted(host, port, variable);
  }
}
