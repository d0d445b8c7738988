package dev.vit4j.web;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects proxies by environment variables, with the precedence of Python's urllib and requests:
 * {@code https_proxy} or {@code http_proxy} by the URL's scheme, else {@code all_proxy}; a
 * lower-case variable, even if empty, takes precedence over the upper-case one; {@code no_proxy} as
 * in {@link NoProxy}. Without these variables, the JDK's default selector is used, with system
 * properties such as {@code https.proxyHost}.
 */
final class Proxies extends ProxySelector {
  private final Map<String, String> environment;
  private final NoProxy without;

  /**
   * @param environment as {@link System#getenv()}
   */
  Proxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    String lower = environment.getOrDefault("no_proxy", "");
    this.without =
        NoProxy.parse(lower.isEmpty() ? environment.getOrDefault("NO_PROXY", "") : lower);
  }

  /**
   * Returns the proxy for a URL; null for a direct connection.
   *
   * @param uri http or https
   * @throws IllegalArgumentException if the effective variable is not a valid proxy URL
   */
  @Nullable ProxyAddress of(URI uri) {
    if (without.covers(uri)) {
      return null;
    }
    for (String kind : List.of(uri.getScheme(), "all")) {
      String text = value(kind).strip();
      if (!text.isEmpty()) {
        return ProxyAddress.parse(variable(kind), text);
      }
    }
    return null;
  }

  private String value(String kind) {
    return environment.getOrDefault(variable(kind), "");
  }

  private String variable(String kind) {
    String lower = kind + "_proxy";
    return environment.containsKey(lower) ? lower : lower.toUpperCase(Locale.ROOT);
  }

  @Override
  public List<Proxy> select(URI uri) {
    ProxyAddress proxy = of(uri);
    if (proxy != null) {
      return List.of(new Proxy(Proxy.Type.HTTP, proxy.socket()));
    }
    ProxySelector otherwise = getDefault();
    return without.covers(uri) || otherwise == null
        ? List.of(Proxy.NO_PROXY)
        : otherwise.select(uri);
  }

  /** Does nothing: the caller gets the exception. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {}
}
