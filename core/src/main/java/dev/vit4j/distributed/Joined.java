package dev.vit4j.distributed;

import dev.vit4j.tensor.KeyValueStore;
import dev.vit4j.tensor.ProcessGroup;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process that has joined the others.
 *
 * @param store rank 0's table
 */
record Joined(World world, KeyValueStore store, Heartbeat heartbeat, ProcessGroup group) {
  private static final int PATIENCE = 40; // seconds in which all must join
  private static final int GOODBYE = 5; // seconds in which all must leave
  private static final int BRIEF = 2; // seconds in which rank 0 must answer
  private static final long POLL = 50; // milliseconds
  private static final String SIZE = "size";
  private static final String COMPLETE = "complete";

  static Joined join(World world, Consumer<String> stalled) throws IOException {
    String refusal = ProcessGroup.refusal();
    if (refusal != null) {
      throw new IOException(refusal);
    }
    KeyValueStore store = MainHost.store(world, PATIENCE);
    try {
      meetInTime(world, store);
      KeyValueStore second = MainHost.connect(world);
      Heartbeat heartbeat = new Heartbeat(second, world.rank(), world.size(), stalled);
      ProcessGroup group =
          ProcessGroup.connect(
              store, world.rank(), world.size(), MainHost.ownAddress(world), heartbeat::failure);
      return new Joined(world, store, heartbeat, group);
    } catch (IOException e) {
      if (world.rank() == 0) {
        pause(2 * TimeUnit.SECONDS.toMillis(1)); // the others read why
      }
      throw e;
    } catch (RuntimeException e) {
      throw new IOException(
          "the ranks cannot connect with each other: %s; check that no firewall is between the hosts"
              .formatted(firstLine(e)),
          e);
    }
  }

  private static void meetInTime(World world, KeyValueStore store) throws IOException {
    try {
      Limited.call(
          PATIENCE + GOODBYE,
          () -> {
            meet(world, store);
            return true;
          });
    } catch (TimeoutException e) {
      throw MainHost.unreachable(world, "it does not respond", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw MainHost.unreachable(world, "it has ended", e);
    }
  }

  /** Waits until all ranks have come, each once, with the same idea of their number. */
  private static void meet(World world, KeyValueStore store) throws IOException {
    if (store.add("joined/" + world.rank(), 1) > 1) {
      throw refused(
          store,
          "rank %d has joined twice: give each host its own --node-rank".formatted(world.rank()));
    }
    if (world.rank() == 0) {
      store.set(SIZE, Integer.toString(world.size()));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (store.get(COMPLETE) == null) {
      String failure = Heartbeat.read(store);
      if (failure != null) {
        throw new IOException(failure);
      }
      String size = store.get(SIZE);
      if (size != null && Integer.parseInt(size) != world.size()) {
        throw refused(
            store,
            "rank %d was started for %d processes, rank 0 for %s: use the same --nnodes and --nproc-per-node on all hosts"
                .formatted(world.rank(), world.size(), size));
      }
      String missing = world.rank() == 0 ? missing(world, store) : "?";
      if (missing.isEmpty()) {
        store.set(COMPLETE, "");
      } else if (System.nanoTime() > end) {
        throw refused(store, late(world, missing));
      }
      pause(POLL);
    }
  }

  private static String late(World world, String missing) {
    return world.rank() == 0
        ? "of %d processes, rank %s did not join within %d s: start them too, with this --master"
            .formatted(world.size(), missing, PATIENCE)
        : "not all ranks joined within %d s".formatted(PATIENCE);
  }

  private static String missing(World world, KeyValueStore store) {
    return IntStream.range(1, world.size())
        .filter(rank -> store.add("joined/" + rank, 0) == 0)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }

  private static IOException refused(KeyValueStore store, String message) {
    Heartbeat.write(store, message);
    return new IOException(message);
  }

  <T> T run(Function<ProcessGroup, T> work) {
    String before = heartbeat.failure();
    if (before != null) {
      throw new RankFailureException(before, null);
    }
    try {
      return work.apply(group);
    } catch (ProcessGroup.BrokenException e) {
      String failure = heartbeat.failure();
      throw new RankFailureException(failure == null ? heartbeat.failureSoon() : failure, e);
    }
  }

  void fail(String message) {
    atMost(GOODBYE, () -> Heartbeat.write(store, "rank %d: %s".formatted(world.rank(), message)));
  }

  void close() {
    heartbeat.close();
    atMost(world.rank() == 0 ? 2 * GOODBYE : BRIEF, this::leave);
  }

  private void leave() {
    store.add("left", 1);
    int leaving = world.size() - heartbeat.lost();
    for (int i = 0; world.rank() == 0 && i < GOODBYE * 20 && store.add("left", 0) < leaving; i++) {
      pause(POLL);
    }
  }

  /** Tells rank 0 something, which may be stopped or have ended. */
  private static void atMost(int seconds, Runnable message) {
    try {
      Limited.call(seconds, Executors.callable(message));
    } catch (ExecutionException | TimeoutException e) {
      return; // the others notice that rank 0 is missing
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static void pause(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
