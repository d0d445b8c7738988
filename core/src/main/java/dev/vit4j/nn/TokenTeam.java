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
 * Runs one model over one batch on several threads, each with a share of the tokens. All layers of
 * a transformer except attention process tokens independently, so threads exchange only keys and
 * values: they synchronize twice per layer, where threads inside the operations would do so dozens
 * of times. Models call {@link #share} and {@link #all}, which do nothing on a thread without a
 * team.
 */
public final class TokenTeam {
  /** Spins while waiting for the other threads, before yielding the processor. */
  private static final int SPINS = 2_000;

  /**
   * With fewer tokens, every thread of a team reads all weights for few products, and threads
   * inside the operations are faster.
   */
  private static final int LEAST_TOKENS = 128;

  private static final ThreadLocal<@Nullable Member> HERE = new ThreadLocal<>();

  private final Tensor[] parts;
  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger running;

  private TokenTeam(int size) {
    this.parts = new Tensor[size];
    this.running = new AtomicInteger(size);
  }

  /** A thread of a team. */
  private static final class Member {
    private final TokenTeam team;
    private final int index;
    private int meetings;

    Member(TokenTeam team, int index) {
      this.team = team;
      this.index = index;
    }

    /** Barrier: returns when all members have reached it. */
    void meet() {
      team.arrivals.incrementAndGet();
      int wanted = ++meetings * team.parts.length;
      team.waitUntil(wanted);
    }
  }

  /** Whether a team is faster than threads inside the operations. */
  public static boolean pays(int tokens) {
    return tokens >= LEAST_TOKENS;
  }

  /**
   * Runs the same work on several threads, including the calling one, and waits for all.
   *
   * @param size number of threads, at least 1
   * @param others starts the other threads; it must run them concurrently
   * @param work runs on every thread; the calling thread's result is returned
   * @throws RuntimeException if a thread fails, its exception
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
   * Returns this thread's share of a tensor, split along a dimension as equally as possible in the
   * order of the members; the whole tensor without a team.
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

  /**
   * Concatenates the shares of all members along a dimension; returns the share itself without a
   * team.
   */
  public static Tensor all(Tensor share, int dim) {
    Member me = HERE.get();
    if (me == null) {
      return share;
    }
    Tensor[] parts = me.team.parts;
    parts[me.index] = share;
    me.meet();
    Tensor all = Ops.cat(dim, parts);
    me.meet(); // a share may be freed and its memory reused once all have read it
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

  @SuppressWarnings("ThreadPriorityCheck") // a hint only; correctness does not depend on it
  private static void rest(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
