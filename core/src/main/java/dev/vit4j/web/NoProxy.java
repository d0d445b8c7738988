package dev.vit4j.web;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts that are contacted without a proxy, in the syntax of {@code NO_PROXY}: {@code example.org}
 * and its subdomains (same as {@code .example.org} and {@code *.example.org}), {@code
 * example.org:8080} for one port, {@code 10.0.0.0/8}, {@code *} for all.
 *
 * @param entries lower case
 */
record NoProxy(List<String> entries) {
  private static final Pattern NETWORK =
      Pattern.compile("((?:\\d{1,3}\\.){3}\\d{1,3})/(\\d|[12]\\d|3[0-2])");
  private static final Pattern IPV4 = Pattern.compile("(?:\\d{1,3}\\.){3}\\d{1,3}");
  private static final int BITS = 32;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** Parses a comma-separated list. */
  static NoProxy parse(String text) {
    return new NoProxy(
        Arrays.stream(text.toLowerCase(Locale.ROOT).split(","))
            .map(entry -> entry.replaceAll("\\s", "").replaceFirst("^\\*?\\.+", ""))
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  /**
   * Whether a host is contacted without a proxy.
   *
   * @param uri http or https
   */
  boolean covers(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    int usual = "https".equals(uri.getScheme()) ? HTTPS : HTTP;
    String withPort = host + ":" + (uri.getPort() < 0 ? usual : uri.getPort());
    return entries.stream()
        .anyMatch(
            entry ->
                entry.equals("*")
                    || isOrIsBelow(host, entry)
                    || isOrIsBelow(withPort, entry)
                    || isInNetwork(host, entry));
  }

  private static boolean isOrIsBelow(String host, String entry) {
    return host.equals(entry)
        || host.equals("[" + entry + "]")
        || (host.endsWith("." + entry) && !IPV4.matcher(host).matches());
  }

  private static boolean isInNetwork(String host, String entry) {
    Matcher network = NETWORK.matcher(entry);
    if (!network.matches() || !IPV4.matcher(host).matches()) {
      return false;
    }
    int free = BITS - Integer.parseInt(network.group(2));
    return number(host) >>> free == number(network.group(1)) >>> free;
  }

  private static long number(String ipv4) {
    return Arrays.stream(ipv4.split("\\."))
        .mapToLong(Long::parseLong)
        .reduce(0, (all, part) -> all << Byte.SIZE | part);
  }
}
