package dev.vit4j.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that does whatever a test says, and remembers what it was asked. */
public final class BadServer implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Manners {
    /** Sends headers and body; the exchange is closed afterwards. */
    void answer(HttpExchange e) throws IOException;
  }

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  public BadServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  /** Says how a path is answered. */
  public BadServer at(String path, Manners manners) {
    server.createContext(
        path,
        e -> {
          asked.add(
              "%s %s range=%s token=%s"
                  .formatted(
                      e.getRequestMethod(),
                      e.getRequestURI(),
                      e.getRequestHeaders().getFirst("Range"),
                      e.getRequestHeaders().getFirst("Authorization")));
          try (e) {
            manners.answer(e);
          }
        });
    return this;
  }

  public URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** What was asked so far: {@code GET /path range=… token=…}. */
  public List<String> asked() {
    return asked;
  }

  /** Says nothing more until the test is over. */
  public void stall() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A whole body with its length. */
  public static void send(HttpExchange e, int status, byte[] body) throws IOException {
    if (e.getRequestMethod().equals("HEAD")) {
      if (!e.getResponseHeaders().containsKey("Content-Length")) {
        e.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      }
      e.sendResponseHeaders(status, -1);
      return;
    }
    e.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    e.getResponseBody().write(body);
  }

  /** The body from the byte on that was asked for. */
  public static void sendPart(HttpExchange e, byte[] body) throws IOException {
    String range = e.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(e, 200, body);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    e.getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, body.length - 1, body.length));
    e.sendResponseHeaders(206, body.length - from);
    e.getResponseBody().write(body, from, body.length - from);
  }

  /** Points elsewhere. */
  public static void redirect(HttpExchange e, String location) throws IOException {
    e.getResponseHeaders().set("Location", location);
    e.sendResponseHeaders(302, -1);
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
