package dev.vit4j.parallel;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fixed-size pool of daemon threads for blocking parallel work. No method returns or throws while
 * work that it started is still running, so the caller may then free what the work uses, such as
 * native memory. This also holds after failures and when the calling thread is interrupted: it
 * keeps waiting and restores the interrupt flag afterwards.
 *
 * <p>Several threads may use one pool at the same time. Work must not wait for other work of the
 * same pool, unless the pool has a thread for each. Threads start on demand and end after ten idle
 * seconds.
 */
public final class WorkerPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor executor;

  /**
   * Creates a pool; threads start on demand.
   *
   * @param threadName the name of each thread
   * @param threads maximum number of threads, at least 1
   * @throws IllegalArgumentException if threads is below 1
   */
  public WorkerPool(String threadName, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, threadName);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** A submitted task. */
  private static final class Job<T extends @Nullable Object> implements Runnable {
    private final Callable<T> work;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable T result;
    private @Nullable Throwable failure;

    Job(Callable<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        result = work.call();
      } catch (Throwable e) {
        failure = e;
      } finally {
        ended.countDown();
      }
    }

    /** A task that failed before it started. */
    static <T extends @Nullable Object> Job<T> failed(Throwable failure) {
      Job<T> job =
          new Job<>(
              () -> {
                throw new IllegalStateException(failure);
              });
      job.failure = failure;
      job.ended.countDown();
      return job;
    }

    /** Waits uninterruptibly until the task has ended; returns its failure, or null. */
    @Nullable Throwable await() {
      boolean interrupted = false;
      while (true) {
        try {
          ended.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return failure;
    }

    T result() {
      return result;
    }
  }

  private <T extends @Nullable Object> Job<T> submit(Callable<T> work) {
    Job<T> job = new Job<>(work);
    try {
      executor.execute(job);
    } catch (RejectedExecutionException e) {
      return Job.failed(new IllegalStateException("the pool is closed", e));
    } catch (OutOfMemoryError e) { // no thread could be started
      return Job.failed(e);
    }
    return job;
  }

  /**
   * Runs all tasks, even if one fails, and waits for all of them.
   *
   * @return the results in the order of the list
   * @throws IOException the first failure in the order of the list, if it is an IOException; a
   *     {@link RuntimeException} or {@link Error} is also rethrown unchanged, any other is wrapped
   *     in an {@link IllegalStateException}. Later failures are added as suppressed exceptions.
   * @throws IllegalStateException if the pool is closed
   */
  public <T extends @Nullable Object> List<T> all(List<? extends Callable<T>> work)
      throws IOException {
    return results(submitAll(work));
  }

  /**
   * As {@link #all}, but runs the first task on the calling thread.
   *
   * @throws IOException as {@link #all}
   */
  public <T extends @Nullable Object> List<T> allWithCaller(List<? extends Callable<T>> work)
      throws IOException {
    if (work.isEmpty()) {
      return List.of();
    }
    Job<T> mine = new Job<>(work.get(0));
    List<Job<T>> jobs = new ArrayList<>();
    jobs.add(mine);
    jobs.addAll(submitAll(work.subList(1, work.size())));
    mine.run();
    return results(jobs);
  }

  private <T extends @Nullable Object> List<Job<T>> submitAll(List<? extends Callable<T>> work) {
    List<Job<T>> jobs = new ArrayList<>();
    for (Callable<T> piece : work) {
      jobs.add(submit(piece));
    }
    return jobs;
  }

  private static <T extends @Nullable Object> List<T> results(List<Job<T>> jobs)
      throws IOException {
    Throwable first = null;
    List<T> results = new ArrayList<>();
    for (Job<T> job : jobs) {
      Throwable failure = job.await();
      if (failure == null) {
        results.add(job.result());
      } else if (first == null) {
        first = failure;
      } else if (failure != first) {
        first.addSuppressed(failure);
      }
    }
    if (first != null) {
      throw thrown(first);
    }
    return Collections.unmodifiableList(results);
  }

  /** Rethrows the failure, or returns it if it is an IOException. */
  private static IOException thrown(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof IOException e) {
      return e;
    }
    throw new IllegalStateException(failure);
  }

  /** A function applied to each input. */
  @FunctionalInterface
  public interface Step<A, B> {
    /** Processes one input, on a thread of the pool. */
    B of(A input) throws IOException;
  }

  /**
   * Processes many inputs with a bounded lookahead and returns the results in the order of the
   * inputs.
   *
   * @param inputs iterated on the thread that requests the results
   * @param ahead maximum number of inputs being processed or with a result not yet taken; at least
   *     1
   * @param step applied to each input
   * @return the results, to be closed by the caller; the first inputs are submitted immediately
   */
  public <A, B> Results<B> inOrder(
      Iterator<? extends A> inputs, int ahead, Step<? super A, ? extends B> step) {
    if (ahead < 1) {
      throw new IllegalArgumentException("ahead must be at least 1, not " + ahead);
    }
    return new InOrder<A, B>(inputs, ahead, step);
  }

  /** Results in the order of their inputs; used by one thread at a time. */
  public interface Results<B> extends AutoCloseable {
    /** Whether there is another result or failure. */
    boolean hasNext();

    /**
     * Waits for the next result. If an input or its processing has failed, no more work is started,
     * running work is waited for, and the failure is thrown.
     *
     * @throws IOException the failure, as {@link WorkerPool#all} throws it
     * @throws NoSuchElementException if there are no more results
     */
    B next() throws IOException;

    /** Starts no more work and waits for running work. */
    @Override
    void close();
  }

  private final class InOrder<A, B> implements Results<B> {
    private final Iterator<? extends A> inputs;
    private final int ahead;
    private final Step<? super A, ? extends B> step;
    private final Deque<Job<B>> jobs = new ArrayDeque<>();
    private boolean ended; // no more inputs are requested

    InOrder(Iterator<? extends A> inputs, int ahead, Step<? super A, ? extends B> step) {
      this.inputs = inputs;
      this.ahead = ahead;
      this.step = step;
      start();
    }

    private void start() {
      while (!ended && jobs.size() < ahead) {
        try {
          if (inputs.hasNext()) {
            A input = inputs.next();
            jobs.add(submit(() -> step.of(input)));
          } else {
            ended = true;
          }
        } catch (RuntimeException | Error e) { // reported after the preceding results
          jobs.add(Job.failed(e));
          ended = true;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return !jobs.isEmpty();
    }

    @Override
    public B next() throws IOException {
      Job<B> job = jobs.remove();
      Throwable failure = job.await();
      if (failure != null) {
        close();
        throw thrown(failure);
      }
      start();
      return job.result();
    }

    @Override
    public void close() {
      ended = true;
      jobs.removeIf(executor::remove); // those not yet started
      jobs.forEach(Job::await);
      jobs.clear();
    }
  }

  /** Rejects further work and waits for all submitted work. */
  @Override
  public void close() {
    executor.shutdown();
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
