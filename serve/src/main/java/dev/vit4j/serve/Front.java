package dev.vit4j.serve;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Receives all requests: finds the endpoint, checks who asks, reads the body as it arrives, and
 * then answers on a thread of the pool. No thread waits for a client.
 */
final class Front extends Handler.Abstract {
  private static final String CSP =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
          + "connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'";

  private static final String SEEN = "dev.vit4j.serve.seen";

  private final Routes routes;
  private final Access access;
  private final Bounds bounds;
  private final Gate requests;
  private final Gate bodies;
  private final Metrics metrics;
  private final RequestLog log;
  private final Executor pool;
  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closing = new AtomicBoolean();

  Front(
      Routes routes, Access access, Bounds bounds, Metrics metrics, RequestLog log, Executor pool) {
    this.routes = routes;
    this.access = access;
    this.bounds = bounds;
    this.requests = new Gate("requests", bounds.requests());
    this.bodies = new Gate("bytes of request bodies in memory", bounds.bodies());
    this.metrics = metrics;
    this.log = log;
    this.pool = pool;
    metrics.gate("vit4j_requests_in_flight", "Requests that are being answered", requests);
    metrics.gate("vit4j_body_bytes", "Bytes of request bodies in memory", bodies);
  }

  /** Whether the server is closing: every answer is then the last on its connection. */
  boolean isClosing() {
    return closing.get();
  }

  /** From now on the server is closing; returns whether it was not before. */
  boolean startClosing() {
    return closing.compareAndSet(false, true);
  }

  /** Returns the requests that have begun and are not answered. */
  Set<Exchange> exchanges() {
    return exchanges;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    request.setAttribute(SEEN, true);
    Exchange exchange = new Exchange(request, response, callback);
    exchanges.add(exchange);
    exchange.begin();
    return true;
  }

  /** Logs and counts a request that Jetty has refused before it came here, such as no HTTP. */
  void refused(Request request, Response response) {
    if (request.getAttribute(SEEN) == null) {
      int status = response.getStatus();
      metrics.request("other", status, 0);
      log.add(request.getMethod(), request.getHttpURI().getPath(), status, 0, 0, 0);
    }
  }

  /** A request and its answer. */
  final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final long began = System.nanoTime();
    private String endpoint = "other";
    private @Nullable Body body;
    private int bytes;
    private int pictures;

    private Exchange(Request request, Response response, Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
    }

    /** Returns the connection of the request. */
    Object connection() {
      return request.getConnectionMetaData().getConnection().getEndPoint();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the answer is its result
    private void begin() {
      request.addIdleTimeoutListener(failure -> false); // a model may take longer than a client
      Routes.Found found = null;
      RuntimeException refusal = null;
      try {
        found = find();
      } catch (RuntimeException e) {
        refusal = e;
      }
      if (request.getLength() == 0) {
        answer(found, refusal, new byte[0]);
        return;
      }
      Body arriving = new Body(request, bounds, bodies, refusal);
      body = arriving;
      Routes.Found route = found;
      arriving
          .read()
          .whenComplete(
              (all, failure) -> {
                if (failure == null) {
                  pool.execute(() -> answer(route, null, all));
                } else {
                  answer(route, failure, new byte[0]);
                }
              });
    }

    /** Finds the endpoint and checks who asks. */
    private Routes.Found find() {
      access.requireOrigin(request.getHeaders());
      Routes.Found found = routes.find(request.getMethod(), request.getHttpURI().getDecodedPath());
      endpoint = found.route().path();
      if (!found.route().open()) {
        access.requireToken(request.getHeaders());
      }
      return found;
    }

    /** Answers a request, or says why it is refused. */
    private void answer(Routes.@Nullable Found found, @Nullable Throwable refusal, byte[] all) {
      if (found == null || refusal != null) {
        send(failed(Objects.requireNonNull(refusal)));
      } else {
        answer(found, all);
      }
    }

    private void answer(Routes.Found found, byte[] all) {
      bytes = all.length;
      Reply reply;
      try (Gate.Pass pass = found.route().open() ? () -> {} : requests.enter(1)) {
        Call call = new Call(request.getHeaders(), query(), all, found.variables(), bounds.queue());
        try {
          reply = found.route().endpoint().answer(call);
        } finally {
          pictures = call.pictures();
        }
      } catch (Exception | OutOfMemoryError | StackOverflowError e) {
        reply = failed(e);
      }
      send(reply);
    }

    private Map<String, List<String>> query() {
      Map<String, List<String>> query = new LinkedHashMap<>();
      try {
        for (Fields.Field field : Request.extractQueryParameters(request)) {
          query.put(field.getName(), field.getValues());
        }
      } catch (RuntimeException e) {
        throw new Problem(Problem.BAD_REQUEST, "the query cannot be decoded as UTF-8");
      }
      return query;
    }

    private Reply failed(Throwable failure) {
      Problem problem = Problem.of(failure);
      Reply reply = Reply.error(problem);
      return switch (problem.status()) {
        case Access.UNAUTHORIZED -> reply.with("WWW-Authenticate", "Bearer realm=\"vit4j\"");
        case Routes.NOT_ALLOWED ->
            reply.with("Allow", routes.allowed(request.getHttpURI().getDecodedPath()));
        default -> reply;
      };
    }

    private void send(Reply reply) {
      response.setStatus(reply.status());
      if (!reply.type().isEmpty()) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.type());
      }
      response.getHeaders().put("X-Content-Type-Options", "nosniff");
      response.getHeaders().put("Content-Security-Policy", CSP);
      response.getHeaders().put("Referrer-Policy", "no-referrer");
      if (!reply.headers().containsKey("Cache-Control")) {
        response.getHeaders().put("Cache-Control", "no-store");
      }
      reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
      if (closing.get()) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
      response.write(
          true,
          ByteBuffer.wrap(reply.body()),
          Callback.from(() -> end(reply.status(), null), failure -> end(reply.status(), failure)));
    }

    private void end(int status, @Nullable Throwable failure) {
      if (body != null) {
        body.release();
      }
      long time = System.nanoTime() - began;
      metrics.request(endpoint, status, time);
      log.add(request.getMethod(), request.getHttpURI().getPath(), status, time, pictures, bytes);
      exchanges.remove(this);
      if (failure == null) {
        callback.succeeded();
      } else {
        callback.failed(failure);
      }
    }

    /** Gives up a request whose body does not arrive in time. */
    void check(long now) {
      if (body != null) {
        body.check(now);
      }
    }
  }
}
