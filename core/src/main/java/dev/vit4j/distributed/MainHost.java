package dev.vit4j.distributed;

import dev.vit4j.tensor.KeyValueStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds rank 0, which has the store, and the address of this host that leads to it. */
final class MainHost {
  private static final long CONNECT = 10_000; // milliseconds, once the port answers
  private static final int GREETING = 15; // seconds, with the connection
  private static final long POLL = 100; // milliseconds

  private MainHost() {}

  /**
   * Opens the store on rank 0, or waits for it.
   *
   * @throws IOException if the port is taken, or rank 0 cannot be reached in time
   */
  static KeyValueStore store(World world, int seconds) throws IOException {
    if (world.rank() == 0) {
      try {
        return KeyValueStore.serve(world.port());
      } catch (RuntimeException e) {
        throw new IOException(
            "rank 0 cannot listen on port %d: it is in use; choose another port with --master HOST:PORT"
                .formatted(world.port()),
            e);
      }
    }
    awaitAnswer(world, seconds);
    return connect(world);
  }

  /** Returns another connection to the store. */
  static KeyValueStore connect(World world) throws IOException {
    String host = world.rank() == 0 ? "127.0.0.1" : world.host();
    try {
      return Limited.call(GREETING, () -> KeyValueStore.connect(host, world.port(), CONNECT));
    } catch (ExecutionException | TimeoutException e) {
      throw unreachable(world, "it is no rank 0 of vit train", e);
    }
  }

  /** Waits until the port accepts connections; c10d would print its own messages meanwhile. */
  private static void awaitAnswer(World world, int seconds) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      try (SocketChannel probe = SocketChannel.open()) {
        probe.configureBlocking(false);
        boolean connected = probe.connect(new InetSocketAddress(world.host(), world.port()));
        while (!connected && System.nanoTime() < end) {
          pause();
          connected = probe.finishConnect();
        }
        if (connected) {
          return;
        }
        throw new IOException("no connection");
      } catch (IOException | UnresolvedAddressException e) {
        if (System.nanoTime() > end) {
          throw unreachable(world, "no answer within %d s".formatted(seconds), e);
        }
        pause();
      }
    }
  }

  /** Returns that rank 0 cannot be reached. */
  static IOException unreachable(World world, String reason, Exception cause) {
    return new IOException(
        "rank %d cannot reach rank 0 at %s:%d: %s; start rank 0, and check --master and the firewall"
            .formatted(world.rank(), world.host(), world.port(), reason),
        cause);
  }

  /** Returns the address of this host on the way to rank 0; nothing is sent. */
  static String ownAddress(World world) throws IOException {
    try (DatagramChannel way = DatagramChannel.open()) {
      way.connect(new InetSocketAddress(world.host(), world.port()));
      InetAddress own = ((InetSocketAddress) way.getLocalAddress()).getAddress();
      return own.getHostAddress();
    } catch (IOException | UnresolvedAddressException e) {
      throw new IOException(
          "the host of rank 0, %s, has no address: check --master".formatted(world.host()), e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
