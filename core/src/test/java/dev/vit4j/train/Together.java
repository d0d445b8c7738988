package dev.vit4j.train;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.distributed.World;
import dev.vit4j.parallel.WorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs ranks as threads of this process, over real connections. */
public final class Together {
  private Together() {}

  /** Work of a rank. */
  @FunctionalInterface
  public interface Work<T> {
    T of(Ranks ranks) throws IOException;
  }

  /** Returns the results of all ranks. */
  public static <T> List<T> run(int size, Work<T> work) throws IOException {
    int port = freePort();
    List<Callable<T>> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int rank = i;
      all.add(
          () -> {
            try (Ranks ranks =
                Ranks.join(new World(rank, size, rank, 1, "127.0.0.1", port), why -> {})) {
              return work.of(ranks);
            }
          });
    }
    try (WorkerPool pool = new WorkerPool("rank", size)) {
      return pool.all(all);
    }
  }

  /** A port that nobody listens on. */
  public static int freePort() throws IOException {
    try (ServerSocketChannel any = ServerSocketChannel.open()) {
      any.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return ((InetSocketAddress) any.getLocalAddress()).getPort();
    }
  }
}
