package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that run one model over one batch together, each over a share of the tokens. All parts of
 * a transformer but attention take every token for itself, so a thread needs the others only for
 * their keys and values: they wait for each other twice in a layer, where threads inside the
 * operations would wait dozens of times. Models ask {@link #share} and {@link #all}, which do
 * nothing on a thread without a team.
 */
public final class TokenTeam {
  /** Turns of looking for the others before the processor is offered to somebody else. */
  private static final int SPINS = 2_000;

  private static final ThreadLocal<@Nullable Member> HERE = new ThreadLocal<>();

  private final Tensor[] parts;
  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger running;

  private TokenTeam(int size) {
    this.parts = new Tensor[size];
    this.running = new AtomicInteger(size);
  }

  /** A thread at work in a team. */
  private static final class Member {
    private final TokenTeam team;
    private final int index;
    private int meetings;

    Member(TokenTeam team, int index) {
      this.team = team;
      this.index = index;
    }

    /** Goes on when all members have come as far as this one. */
    void meet() {
      team.arrivals.incrementAndGet();
      int wanted = ++meetings * team.parts.length;
      team.waitUntil(wanted);
    }
  }

  /**
   * Runs the same work on several threads at once, this one among them, and waits for all.
   *
   * @param size how many, at least 1
   * @param others starts the other threads; it must not make them wait for one another
   * @param work returns on every thread; of the first, this one, the result counts
   * @throws RuntimeException what a thread failed with
   */
  public static <T> T run(int size, Executor others, Supplier<T> work) {
    TokenTeam team = new TokenTeam(size);
    for (int i = 1; i < size; i++) {
      int index = i;
      try {
        others.execute(() -> team.work(index, work));
      } catch (RuntimeException e) {
        team.failure.compareAndSet(null, e);
        team.running.decrementAndGet();
      }
    }
    T result = team.work(0, work);
    team.waitForAll();
    if (team.failure.get() instanceof Error e) {
      throw e;
    }
    if (team.failure.get() instanceof RuntimeException e) {
      throw e;
    }
    return Objects.requireNonNull(result);
  }

  private <T> @Nullable T work(int index, Supplier<T> work) {
    HERE.set(new Member(this, index));
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      return null;
    } finally {
      HERE.remove();
      running.decrementAndGet();
    }
  }

  /**
   * This thread's share of what all members have, cut along a dimension; everything without a team.
   * Shares are as equal as can be, in the members' order.
   */
  public static Tensor share(Tensor everything, int dim) {
    Member me = HERE.get();
    if (me == null) {
      return everything;
    }
    long size = everything.size(dim);
    long from = size * me.index / me.team.parts.length;
    long to = size * (me.index + 1) / me.team.parts.length;
    return everything.narrow(dim, from, to - from);
  }

  /** The shares of all members put together along a dimension; the share itself without a team. */
  public static Tensor all(Tensor share, int dim) {
    Member me = HERE.get();
    if (me == null) {
      return share;
    }
    Tensor[] parts = me.team.parts;
    parts[me.index] = share;
    me.meet();
    Tensor all = Ops.cat(dim, parts);
    me.meet(); // a share may be freed, and its place taken, once everybody has read it
    return all;
  }

  private void waitUntil(int wanted) {
    for (int spins = 0; arrivals.get() < wanted; spins++) {
      if (failure.get() != null) {
        throw new IllegalStateException("another thread of the team failed");
      }
      rest(spins);
    }
  }

  private void waitForAll() {
    for (int spins = 0; running.get() > 0; spins++) {
      rest(spins);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it only makes room
  private static void rest(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
