package dev.vit4j.serve;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;

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
   * @param bytes received until now
   * @param since when this was first seen
   */
  private record Seen(long bytes, long since) {}

  Connections(Listener connector, Front front, Bounds bounds) {
    this.connector = connector;
    this.front = front;
    this.bounds = bounds;
  }

  /** Starts to look at the connections every second. */
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
              boolean drips = end.getConnection().getBytesIn() > was.bytes;
              if (drips && now - was.since > bounds.seconds() * SECOND) {
                end.close();
              }
            });
  }

  /** Returns the connections without a request, with what was first seen of them. */
  private Map<EndPoint, Seen> idle(long now) {
    Set<Object> busy = new HashSet<>();
    front.exchanges().forEach(exchange -> busy.add(exchange.connection()));
    Map<EndPoint, Seen> idle = new HashMap<>();
    for (EndPoint end : connector.getConnectedEndPoints()) {
      if (!busy.contains(end) && end.getConnection() != null) {
        Seen was = seen.get(end);
        idle.put(end, was == null ? new Seen(end.getConnection().getBytesIn(), now) : was);
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
    long began = System.nanoTime();
    long most = 2 * bounds.seconds() * SECOND;
    while (System.nanoTime() - began < most && !isQuiet(began)) {
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Ends connections on which nothing is under way; returns whether none is left. */
  private synchronized boolean isQuiet(long began) {
    long now = System.nanoTime();
    front.exchanges().forEach(exchange -> exchange.check(now));
    idle(now)
        .forEach(
            (end, was) -> {
              if (end.getConnection().getBytesIn() == was.bytes && now - was.since > QUIET) {
                end.close();
              }
            });
    return now - began > QUIET
        && front.exchanges().isEmpty()
        && connector.getConnectedEndPoints().isEmpty();
  }
}
