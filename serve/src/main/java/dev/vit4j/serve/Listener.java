package dev.vit4j.serve;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
 */
final class Listener extends ServerConnector {
  private static final long PAUSE = 20; // milliseconds
  private static final long MOST = 2; // seconds that the thread needs at most

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile @Nullable Selector selector;

  Listener(Server server, HttpConnectionFactory http) {
    super(server, 1, 1, http);
  }

  /** Called by the thread again and again. */
  @Override
  public void accept(int acceptor) throws IOException {
    if (!(getTransport() instanceof ServerSocketChannel port) || !port.isOpen()) {
      pause(); // until Jetty ends the thread
      return;
    }
    Selector ready = selector(port);
    ready.select(connection -> {});
    for (SocketChannel next = port.accept(); next != null; next = port.accept()) {
      next.configureBlocking(false);
      configure(next.socket());
      getSelectorManager().accept(next);
    }
    if (closing) {
      ready.close(); // or the port would stay open until the next selection
      port.close();
      closed.countDown();
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

  /** Closes the port, and returns when clients cannot connect any more. */
  @SuppressWarnings("FutureReturnValueIgnored") // the port is closed already
  void stopListening() {
    closing = true;
    Selector open = selector;
    if (open != null) {
      open.wakeup();
    }
    try {
      if (isRunning() && !closed.await(MOST, TimeUnit.SECONDS)) {
        close(); // it does not accept, since there are too many connections
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shutdown();
  }
}
