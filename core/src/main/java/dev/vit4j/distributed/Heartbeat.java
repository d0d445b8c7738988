package dev.vit4j.distributed;

import dev.vit4j.tensor.KeyValueStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices that another rank has failed, ended or stopped, whatever the training is doing. Every
 * rank counts up its key in the store once a second. Rank 0 watches all counts; the others notice
 * if rank 0, which has the store, does not respond. The first failure is written to the store,
 * where every rank reads it.
 *
 * <p>Silence is counted in ticks of this process instead of time, so that processes that are
 * suspended and continued together do not take each other for dead.
 */
final class Heartbeat implements AutoCloseable {
  private static final long TICK = 1000; // milliseconds
  private static final int SILENT = 25; // ticks without a sign of life: stopped, or no network
  private static final int DEAD = 5; // the same, after a connection was lost
  private static final int BUSY = 15; // ticks in which the training must notice a failure
  private static final String FAILURE = "failure";

  private final KeyValueStore store;
  private final int rank;
  private final int size;
  private final Consumer<String> stalled;
  private final long[] counts;
  private final int[] silent;
  private final Thread beating = new Thread(this::beat, "vit4j-heartbeat");
  private final Thread watching = new Thread(this::watch, "vit4j-heartbeat-watch");
  private final AtomicInteger unanswered = new AtomicInteger(); // ticks without an answer
  private volatile int limit = SILENT;
  private volatile @Nullable String failure;
  private volatile boolean closed;
  private volatile int lost;

  /**
   * Starts the threads.
   *
   * @param store a connection that nobody else uses
   * @param stalled called with the failure if this rank has not closed 15 s after it
   */
  Heartbeat(KeyValueStore store, int rank, int size, Consumer<String> stalled) {
    this.stalled = stalled;
    this.store = store;
    this.rank = rank;
    this.size = size;
    this.counts = new long[size];
    this.silent = new int[size];
    beating.setDaemon(true);
    watching.setDaemon(true);
    beating.start();
    watching.start();
  }

  /** Returns what went wrong on which rank; null if all is well. */
  @Nullable String failure() {
    return failure;
  }

  /** Returns how many ranks do not respond, as far as rank 0 knows: 0 or 1. */
  int lost() {
    return lost;
  }

  /** Returns the failure after a connection was lost, when it is known which rank has ended. */
  String failureSoon() {
    limit = DEAD;
    for (int tick = 0; tick < 2 * DEAD && failure == null; tick++) {
      pause();
    }
    String found = failure;
    return found == null ? "the connection to another rank is lost" : found;
  }

  /** Writes a failure for all ranks, unless there is one already. */
  static void write(KeyValueStore store, String failure) {
    if (store.add(FAILURE + "s", 1) == 1) {
      store.set(FAILURE, failure);
    }
  }

  static @Nullable String read(KeyValueStore store) {
    return store.get(FAILURE);
  }

  private void beat() {
    try {
      while (!closed && failure == null) {
        store.add(key(rank), 1);
        if (rank == 0) {
          listen();
        }
        String found = read(store);
        unanswered.set(0);
        if (found != null) {
          failure = found;
        }
        pause();
      }
    } catch (RuntimeException e) {
      if (!closed) {
        failure = "rank 0 has ended, or the connection to it is lost";
      }
    }
  }

  private void listen() {
    for (int other = 1; other < size; other++) {
      long count = store.add(key(other), 0);
      silent[other] = count == counts[other] ? silent[other] + 1 : 0;
      counts[other] = count;
      if (silent[other] > limit) {
        lost = 1;
        write(
            store,
            limit == DEAD
                ? "rank %d has ended without a message, or the connection to it is lost"
                    .formatted(other)
                : "rank %d does not respond for %d s: its process is stopped, or the network is down"
                    .formatted(other, SILENT));
        return;
      }
    }
  }

  /** The other thread waits as long as a stopped rank 0 does not answer. */
  private void watch() {
    while (!closed && failure == null) {
      pause();
      if (unanswered.incrementAndGet() > limit + 2) {
        failure =
            "rank 0 does not respond for %d s: its process is stopped, or the network is down"
                .formatted(unanswered.get());
      }
    }
    for (int tick = 0; tick < BUSY && !closed; tick++) {
      pause();
    }
    String found = failure;
    if (!closed && found != null) {
      stalled.accept(found);
    }
  }

  private static String key(int rank) {
    return "beat/" + rank;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(TICK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
