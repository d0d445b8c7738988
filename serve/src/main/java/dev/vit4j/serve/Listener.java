package dev.vit4j.serve;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, on one thread, until {@link #stopListening}. Closing a port drops the
 * connections that the system has accepted and we have not, with the requests that their clients
 * may have sent: so the thread takes all of them first, and closes the port in the same moment.
 *
 * <p>Connections beyond a number wait in the system. (Jetty's own limit resets them, since this
 * thread takes several at once.)
 */
final class Listener extends ServerConnector {
  private static final long PAUSE = 20; // milliseconds
  private static final long MOST = 2; // seconds that the thread needs at most

  private final int most;
  private final Set<SocketChannel> open = new HashSet<>(); // some of them closed since
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile @Nullable Selector selector;

  /**
   * Creates a listener.
   *
   * @param most number of connections
   */
  Listener(Server server, HttpConnectionFactory http, int most) {
    super(server, 1, 1, http);
    this.most = most;
  }

  /** Called by the thread again and again. */
  @Override
  public void accept(int acceptor) throws IOException {
    if (!(getTransport() instanceof ServerSocketChannel port) || !port.isOpen()) {
      pause(); // until Jetty ends the thread
      return;
    }
    Selector ready = selector(port);
    if (closing) {
      take(port, Integer.MAX_VALUE);
      ready.close(); // takes a while; without it the port would stay open until the next selection
      take(port, Integer.MAX_VALUE);
      port.close();
      closed.countDown();
    } else if (isFull()) {
      pause();
    } else {
      ready.select(connection -> {});
      take(port, most);
    }
  }

  private boolean isFull() {
    if (open.size() >= most) {
      open.removeIf(channel -> !channel.isOpen());
    }
    return open.size() >= most;
  }

  /** Takes the connections that wait, while there are fewer than a number. */
  private void take(ServerSocketChannel port, int limit) throws IOException {
    while (open.size() < limit) {
      SocketChannel next = port.accept();
      if (next == null) {
        return;
      }
      next.configureBlocking(false);
      configure(next.socket());
      open.add(next);
      getSelectorManager().accept(next);
    }
  }

  private Selector selector(ServerSocketChannel port) throws IOException {
    Selector open = selector;
    if (open == null) {
      open = Selector.open();
      port.configureBlocking(false);
      port.register(open, SelectionKey.OP_ACCEPT);
      selector = open;
    }
    return open;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Closes the port, and returns when clients cannot connect any more. Connections stay as they
   * are: Jetty's {@code shutdown} would also end one whose answer has just promised the client that
   * it stays open.
   */
  void stopListening() {
    closing = true;
    Selector open = selector;
    if (open != null) {
      open.wakeup();
    }
    try {
      if (isRunning() && !closed.await(MOST, TimeUnit.SECONDS)) {
        close(); // the thread does not run: connections that wait are dropped
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
