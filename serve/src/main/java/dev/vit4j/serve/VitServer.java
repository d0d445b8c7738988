package dev.vit4j.serve;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Models as an HTTP service, which {@code vit serve} starts.
 *
 * <pre>{@code
 * ServeOptions options =
 *     ServeOptions.of(Map.of("flowers", Path.of("runs/classification/flowers1")))
 *         .listeningOn("127.0.0.1", 8080);
 * try (VitServer server = VitServer.open(options)) {
 *   server.awaitClosed(); // curl --data-binary @rose.jpg http://127.0.0.1:8080/v1/predict
 * }
 * }</pre>
 *
 * <p>Requests are bounded in number, size and time, see {@link Bounds}. Closing answers all
 * requests that were accepted.
 */
public final class VitServer implements AutoCloseable {
  private static final int SPARE_THREADS = 32; // beyond one per request
  private static final int LEAST_THREADS = 8;
  private static final long MILLIS = 1000;
  private static final int BACKLOG = 1024; // connections that the system holds for us

  private final ServeOptions options;
  private final Metrics metrics = new Metrics();
  private final Engine engine;
  private final Front front;
  private final Health health;
  private final Server server;
  private final Listener connector;
  private final Connections connections;
  private final Routes routes = new Routes();
  private @Nullable SearchEndpoint search;
  private final CountDownLatch closed = new CountDownLatch(1);

  private VitServer(ServeOptions options) {
    Bounds bounds = options.bounds();
    this.options = options;
    engine = new Engine(options, metrics);
    QueuedThreadPool pool = new QueuedThreadPool(bounds.requests() + SPARE_THREADS, LEAST_THREADS);
    pool.setName("vit4j-http");
    pool.setDaemon(true);
    front =
        new Front(
            routes,
            new Access(options.tokens(), options.host()),
            bounds,
            metrics,
            new RequestLog(options.log(), options.logFormat()),
            pool);
    health = new Health(engine, front);
    server = new Server(pool);
    server.setHandler(front);
    server.setErrorHandler(new PlainErrors());
    server.setRequestLog(front::refused);
    connector = new Listener(server, new HttpConnectionFactory(http(bounds)), bounds.connections());
    connector.setHost(options.host());
    connector.setPort(options.port());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setShutdownIdleTimeout(bounds.seconds() * MILLIS); // we end them ourselves
    connector.setIdleTimeout(bounds.seconds() * MILLIS);
    connections = new Connections(connector, front, bounds);
  }

  private static HttpConfiguration http(Bounds bounds) {
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(bounds.header());
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    return http;
  }

  /**
   * Opens the models and starts to listen. It is ready when this returns, except for models that
   * could not be opened, see {@link #failures}.
   *
   * @throws IOException if no model can be opened, or the address cannot be listened on
   * @throws IllegalArgumentException if the only model cannot be used
   */
  public static VitServer open(ServeOptions options) throws IOException {
    VitServer opened = new VitServer(options);
    boolean started = false;
    try {
      opened.start();
      started = true;
    } finally {
      if (!started) {
        opened.close();
      }
    }
    return opened;
  }

  private void addRoutes() {
    PageFiles page = new PageFiles();
    routes
        .add("GET", "/v1/models", new ModelsEndpoint(engine))
        .add("POST", "/v1/predict", new PredictEndpoint(engine))
        .add("POST", "/v1/explain", new ExplainEndpoint(engine))
        .add("POST", "/v1/zeroshot", new ZeroShotEndpoint(engine))
        .add("POST", "/v1/segment", new SegmentEndpoint(engine))
        .add("GET", "/metrics", metrics::answer)
        .addOpen("GET", "/health/live", health::live)
        .addOpen("GET", "/health/ready", health::ready)
        .addOpen("GET", "/", page)
        .addOpen("GET", "/page/*", page);
    new V2Models(engine, health).addTo(routes);
    new OpenAi(engine).addTo(routes);
    new HuggingFace(engine).addTo(routes);
    new ServingAliases(engine, health).addTo(routes);
    routes.addOpen("GET", "/openapi.json", new Description());
  }

  /** Opens the models and starts Jetty at the same time, and listens when both are ready. */
  private void start() throws IOException {
    FutureTask<@Nullable Void> jetty =
        new FutureTask<>(
            () -> {
              server.start();
              return null;
            });
    new Thread(jetty, "vit4j-start").start();
    try {
      engine.open(options, metrics);
    } finally {
      await(jetty);
    }
    if (engine.models().isEmpty()) {
      throw new IOException(String.join("; ", engine.failures().values()));
    }
    addRoutes();
    if (options.search() != null) {
      search = SearchEndpoint.open(options.search(), engine, options.threads());
      routes.add("POST", "/v1/search", search);
    }
    listen();
    connections.start();
    engine.warmUp();
  }

  private static void await(FutureTask<@Nullable Void> jetty) throws IOException {
    try {
      jetty.get();
    } catch (ExecutionException e) {
      throw new IOException("the server cannot start: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the server started");
    }
  }

  private void listen() throws IOException {
    try {
      server.addConnector(connector);
      connector.start();
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s port %d: %s"
              .formatted(
                  options.host(),
                  options.port(),
                  e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    } catch (Exception e) {
      throw new IOException("the server cannot start: " + e.getMessage(), e);
    }
  }

  /** Returns whether only this machine can reach an address. */
  public static boolean isLoopback(String host) {
    return Access.isLoopback(host);
  }

  /** Returns the table of paths. */
  Routes routes() {
    return routes;
  }

  /** Returns the port on which it listens. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Returns the names of the models that were opened. */
  public List<String> models() {
    return engine.models().stream().map(ServedModel::name).toList();
  }

  /** Returns why models could not be opened, by their names. */
  public Map<String, String> failures() {
    return new LinkedHashMap<>(engine.failures());
  }

  /** Returns whether all models were opened and it is not closing. */
  public boolean isReady() {
    return health.isReady();
  }

  /**
   * Waits until it is closed by another thread.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /**
   * Stops listening, answers all requests that were accepted, and frees the models. It takes at
   * most the time of {@link Bounds#seconds} for requests that arrive, and again for answers.
   */
  @Override
  public void close() {
    if (!front.startClosing()) {
      return;
    }
    try {
      connections.drain();
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server did not stop: " + e.getMessage(), e);
    } finally {
      if (search != null) {
        search.close();
      }
      engine.close();
      closed.countDown();
    }
  }
}
