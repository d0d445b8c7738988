package dev.vit4j.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * HTTP client that uses proxies from the environment as Python's libraries do. It follows redirects
 * itself, at most ten, to http and https only and never from https to http, and sends tokens to
 * their own server only. A proxy cannot read https traffic: it sees a token only if the server is
 * requested over plain http.
 */
public final class Web {
  /** Timeout for responses and data. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * The JDK property, read once before the process's first request, with the authentication schemes
   * that are disabled for https tunnels through proxies. Applications that want passwords to be
   * sent set it to the empty string; this library never changes it.
   */
  public static final String TUNNEL_WITHOUT = "jdk.http.auth.tunneling.disabledSchemes";

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final int MOST_REDIRECTS = 10;
  private static final Set<String> YES = Set.of("1", "true", "yes", "on");

  private static final int PROXY_REFUSES = 407;

  private final Proxies proxies;
  private final HttpClient client;
  private final Duration patience;
  private final Duration pause;

  /**
   * @param patience timeout for connecting, for a response, and for further data
   */
  public Web(Duration patience) {
    this(patience, FIRST_PAUSE);
  }

  /** As {@link #Web(Duration)}, with another delay before the first retry; it doubles each time. */
  Web(Duration patience, Duration pause) {
    this(patience, pause, new Proxies(System.getenv()));
  }

  /** As {@link #Web(Duration, Duration)}, with other proxies. */
  Web(Duration patience, Duration pause, Proxies proxies) {
    this.patience = patience;
    this.pause = pause;
    this.proxies = proxies;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(proxies)
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * Whether downloads are disabled by {@code VIT4J_OFFLINE} or {@code HF_HUB_OFFLINE}.
   *
   * @param environment as {@link System#getenv()}
   */
  public static boolean isForbidden(Map<String, String> environment) {
    return Set.of("VIT4J_OFFLINE", "HF_HUB_OFFLINE").stream()
        .map(variable -> environment.getOrDefault(variable, "").toLowerCase(Locale.ROOT))
        .anyMatch(YES::contains);
  }

  /**
   * Sends a HEAD request.
   *
   * @param last whether to return a response without following its redirect
   * @return the response, with any status
   * @throws IOException if there is no response
   */
  public Answer head(Address address, Predicate<Answer> last) throws IOException {
    return follow(address, 0, "HEAD", last);
  }

  /**
   * Reads a file of known size into memory.
   *
   * @throws IOException if the status is not 200, the data stalls, or has another size
   */
  public byte[] read(Address address, int size, DownloadProgress progress) throws IOException {
    progress.received(address.uri(), 0, size);
    try (Answer answer = get(address, 0)) {
      if (answer.status() != 200) {
        throw new WebException(answer.status());
      }
      ByteBuffer content = ByteBuffer.allocate(size);
      new Body(address.uri(), answer.body(), 0, size, patience)
          .pour((piece, length) -> content.put(piece, 0, length), progress);
      return content.array();
    }
  }

  /** Sends a GET request for a file, starting at a byte offset. */
  Answer get(Address address, long from) throws IOException {
    Answer answer = follow(address, from, "GET", a -> false);
    String encoding = answer.header("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      answer.close();
      throw new WebException("sent compressed data (" + encoding + "), which was not requested");
    }
    return answer;
  }

  Duration patience() {
    return patience;
  }

  Duration pause() {
    return pause;
  }

  private Answer follow(Address address, long from, String method, Predicate<Answer> last)
      throws IOException {
    Address at = address;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      Answer answer = send(at, from, method);
      if (!answer.isRedirect() || last.test(answer)) {
        return answer;
      }
      answer.close();
      at = at.movedTo(target(answer));
    }
    throw new WebException("redirected more than " + MOST_REDIRECTS + " times");
  }

  private static URI target(Answer answer) throws WebException {
    String location = answer.header("Location").orElse("");
    try {
      URI target = answer.from().resolve(location);
      boolean down =
          "https".equals(answer.from().getScheme()) && !"https".equals(target.getScheme());
      if (Address.isWeb(target) && !down) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new WebException("redirected to '" + location + "', which is not followed");
  }

  private Answer send(Address address, long from, String method) throws IOException {
    ProxyAddress proxy = proxies.of(address.uri());
    HttpRequest request = request(address, from, method, proxy);
    try {
      HttpResponse<InputStream> r = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (r.statusCode() == PROXY_REFUSES) {
        close(r.body());
        throw new WebException(refusal(address.uri(), proxy));
      }
      return new Answer(address.uri(), r.statusCode(), r.headers(), r.body());
    } catch (HttpTimeoutException e) {
      throw new IOException(
          "no answer for " + patience.toMillis() / 1000.0 + " s" + through(proxy), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching " + address);
    } catch (WebException e) {
      throw e;
    } catch (IOException e) {
      // The JDK's exceptions for refused and unknown hosts often have no message.
      String message = Objects.requireNonNullElse(e.getMessage(), "");
      throw new IOException((message.isBlank() ? "no connection" : message) + through(proxy), e);
    }
  }

  /** The JDK returns no body if a proxy refuses a tunnel. */
  private static void close(@Nullable InputStream body) throws IOException {
    if (body != null) {
      body.close();
    }
  }

  private HttpRequest request(
      Address address, long from, String method, @Nullable ProxyAddress proxy) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.uri())
            .timeout(patience)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Accept-Encoding", "identity")
            .header("User-Agent", "vit4j");
    if (address.token() != null) {
      request.header("Authorization", "Bearer " + address.token());
    }
    if (proxy != null && proxy.authorization() != null) {
      request.header("Proxy-Authorization", proxy.authorization());
    }
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    return request.build();
  }

  private static String through(@Nullable ProxyAddress proxy) {
    return proxy == null ? "" : ", through " + proxy;
  }

  private static String refusal(URI uri, @Nullable ProxyAddress proxy) {
    String who = proxy == null ? "the proxy" : proxy.toString();
    if (proxy == null || proxy.authorization() == null) {
      return who + " requires authentication: put USER:PASSWORD@ before its host";
    }
    if (uri.getScheme().equals("https") && !sendsPasswordsForHttps()) {
      return who
          + " received no password: Java sends one for https only with -D%s="
              .formatted(TUNNEL_WITHOUT);
    }
    return who + " rejects the user and password";
  }

  /** Disabled by default in the JDK. */
  private static boolean sendsPasswordsForHttps() {
    String without = System.getProperty(TUNNEL_WITHOUT);
    return without != null && !without.toLowerCase(Locale.ROOT).contains("basic");
  }
}
