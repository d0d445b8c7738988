package dev.vit4j.nn;

import dev.vit4j.distributed.Ranks;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of numbers among the workers of all ranks, which are threads in each of them. The
 * last worker of a rank that arrives exchanges for all of its rank, so that ranks call operations
 * one at a time.
 */
final class WorkerMeeting {
  private final Ranks ranks;
  private final double[][] own; // of the workers of this rank that have arrived
  private int expected;
  private int arrived;
  private long round;
  private double[][] all = {};
  private @Nullable RuntimeException failure;

  /**
   * @param workers workers of each rank
   */
  WorkerMeeting(Ranks ranks, int workers) {
    this.ranks = ranks;
    this.own = new double[workers][];
    this.expected = workers;
  }

  /** Sets how many workers of this rank take part from now on: the first ones. */
  synchronized void expect(int workers) {
    expected = workers;
    Arrays.fill(own, null);
  }

  /**
   * Waits until all workers have called this with as many numbers.
   *
   * @return the numbers of each worker of each rank, in the order of ranks and workers; zeros of
   *     workers that take no part
   */
  synchronized double[][] exchange(int worker, double[] numbers) {
    requireNoFailure();
    own[worker] = numbers;
    arrived++;
    if (arrived == expected) {
      try {
        all = ofAllRanks(numbers.length);
      } catch (RuntimeException e) {
        fail(e);
        throw e;
      }
      arrived = 0;
      round++;
      notifyAll();
    } else {
      await(round);
    }
    return all;
  }

  private double[][] ofAllRanks(int length) {
    double[] flat = new double[own.length * length];
    for (int worker = 0; worker < expected; worker++) {
      System.arraycopy(own[worker], 0, flat, worker * length, length);
    }
    return Stream.of(ranks.gather(flat))
        .flatMap(
            rank ->
                Stream.iterate(0, from -> from < rank.length, from -> from + length)
                    .map(from -> Arrays.copyOfRange(rank, from, from + length)))
        .toArray(double[][]::new);
  }

  private void await(long begun) {
    boolean interrupted = false;
    while (round == begun && failure == null) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (round == begun) {
      requireNoFailure();
    }
  }

  private void requireNoFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Makes this and all later exchanges fail; the first failure counts. */
  synchronized void fail(RuntimeException e) {
    if (failure == null) {
      failure = e;
      notifyAll();
    }
  }

  /** Returns the first failure; null if there is none. */
  synchronized @Nullable RuntimeException failure() {
    return failure;
  }
}
