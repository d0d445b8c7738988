package dev.vit4j.serve;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/** Ends connections of clients that are too slow, and all of them when the server closes. */
final class Connections {
  private static final long SECOND = 1_000_000_000L;
  private static final long QUIET = SECOND / 2; // without a byte: nothing is under way
  private static final long POLL = 20; // milliseconds

  private final Listener connector;
  private final Front front;
  private final Bounds bounds;
  private final Map<EndPoint, Seen> seen = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "vit4j-connections");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * A connection without a request.
   *
   * @param messages requests that it has had
   * @param since when this was first seen after the last one
   * @param first bytes received then
   * @param bytes received until now
   * @param quiet since when there are no more
   */
  private record Seen(long messages, long since, long first, long bytes, long quiet) {
    static Seen of(Connection connection, @Nullable Seen was, long now) {
      long messages = connection.getMessagesIn();
      long bytes = connection.getBytesIn();
      if (was == null || was.messages != messages) {
        return new Seen(messages, now, bytes, bytes, now);
      }
      return was.bytes == bytes ? was : new Seen(messages, was.since, was.first, bytes, now);
    }
  }

  Connections(Listener connector, Front front, Bounds bounds) {
    this.connector = connector;
    this.front = front;
    this.bounds = bounds;
  }

  /** Starts to look at the connections every second. */
  @SuppressWarnings("FutureReturnValueIgnored") // it runs until the clock is stopped
  void start() {
    clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  private synchronized void look() {
    long now = System.nanoTime();
    front.exchanges().forEach(exchange -> exchange.check(now));
    // Headers that drip in keep a connection without a request for too long.
    idle(now)
        .forEach(
            (end, was) -> {
              if (was.bytes > was.first && now - was.since > bounds.seconds() * SECOND) {
                end.close();
              }
            });
  }

  /** Returns the connections without a request, with what was seen of them. */
  private Map<EndPoint, Seen> idle(long now) {
    Set<Object> busy = new HashSet<>();
    front.exchanges().forEach(exchange -> busy.add(exchange.connection()));
    Map<EndPoint, Seen> idle = new HashMap<>();
    for (EndPoint end : connector.getConnectedEndPoints()) {
      if (!busy.contains(end) && end.getConnection() != null) {
        idle.put(end, Seen.of(end.getConnection(), seen.get(end), now));
      }
    }
    seen.clear();
    seen.putAll(idle);
    return idle;
  }

  /** Stops listening, and waits until all requests are answered; slow ones are given up. */
  void drain() {
    clock.shutdownNow();
    connector.stopListening();
    forget();
    long began = System.nanoTime();
    long most = 2L * bounds.seconds() * SECOND;
    while (System.nanoTime() - began < most && !isQuiet(began)) {
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Every idle connection gets the full time from now on: a client that is busy uses it again, and
   * is told then that the connection ends. Ending it at once would cross such a request.
   */
  private synchronized void forget() {
    seen.clear();
  }

  /** Whether bytes have arrived that no thread had the time to read. */
  private static boolean hasArrived(EndPoint end) {
    try {
      return end.getTransport() instanceof SocketChannel channel
          && channel.socket().getInputStream().available() > 0;
    } catch (IOException e) {
      return false; // it is closed
    }
  }

  /** Whether bytes have been read since. */
  private static boolean hasRead(EndPoint end, Seen was) {
    Connection connection = end.getConnection();
    return connection != null && connection.getBytesIn() != was.bytes;
  }

  /** Ends connections on which nothing is under way; returns whether none is left. */
  private synchronized boolean isQuiet(long began) {
    long now = System.nanoTime();
    front.exchanges().forEach(exchange -> exchange.check(now));
    idle(now)
        .forEach(
            (end, was) -> {
              if (now - was.quiet > QUIET && !hasArrived(end) && !hasRead(end, was)) {
                end.close();
              }
            });
    return now - began > QUIET
        && front.exchanges().isEmpty()
        && connector.getConnectedEndPoints().isEmpty();
  }
}
