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
 * A fixed number of daemon threads for work that is waited for. No method returns or throws while
 * work that it has started is still running, so the caller may free what the work uses, such as
 * native memory. This holds after failures too, and when the caller's thread is interrupted: it
 * waits on and then restores the interrupt flag.
 *
 * <p>Several threads may use one pool at a time. Work must not wait for other work of the same
 * pool. Threads start when they are needed and end after ten idle seconds.
 */
public final class WorkerPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor executor;

  /**
   * Starts no thread yet.
   *
   * @param threadName the name of each thread
   * @param threads how many run at the same time, at least 1
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

  /** One submitted piece of work. */
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

    /** One that ends without having run. */
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

    /** Waits until it has ended, whatever happens; what it failed with, or null. */
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
    } catch (OutOfMemoryError e) { // no thread can be started
      return Job.failed(e);
    }
    return job;
  }

  /**
   * Runs all pieces of work, even if one fails, and waits for all of them.
   *
   * @return the results in the order of the list
   * @throws IOException the first failure in the order of the list, if it is one; a {@link
   *     RuntimeException} or {@link Error} is thrown as it is too, any other wrapped in an {@link
   *     IllegalStateException}. Later failures are added as suppressed ones.
   * @throws IllegalStateException if the pool is closed
   */
  public <T extends @Nullable Object> List<T> all(List<? extends Callable<T>> work)
      throws IOException {
    return results(submitAll(work));
  }

  /**
   * As {@link #all}, but the first piece runs on the calling thread.
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

  /** Throws it, unless it is one to return. */
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

  /** Work on one of many inputs. */
  @FunctionalInterface
  public interface Step<A, B> {
    /** Works on it, on a thread of the pool. */
    B of(A input) throws IOException;
  }

  /**
   * Works on many inputs, few at a time, and gives the results in the order of the inputs.
   *
   * @param inputs asked for one after the other, on the thread that asks for the results
   * @param ahead how many inputs are being worked on or have a result that nobody has taken yet, at
   *     most; at least 1
   * @param step run for each input
   * @return the results, to be closed; the first inputs are worked on at once
   */
  public <A, B> Results<B> inOrder(
      Iterator<? extends A> inputs, int ahead, Step<? super A, ? extends B> step) {
    if (ahead < 1) {
      throw new IllegalArgumentException("ahead must be at least 1, not " + ahead);
    }
    return new InOrder<A, B>(inputs, ahead, step);
  }

  /** Results in the order of their inputs; for one thread at a time. */
  public interface Results<B> extends AutoCloseable {
    /** Whether there is a further result, or a failure, to take. */
    boolean hasNext();

    /**
     * Waits for the next result. If the input, or the work on it, has failed, no more work is
     * started, all that runs is waited for, and the failure is thrown.
     *
     * @throws IOException the failure, as {@link WorkerPool#all} throws it
     * @throws NoSuchElementException if there is none
     */
    B next() throws IOException;

    /** Starts no more work and waits for all that runs. */
    @Override
    void close();
  }

  private final class InOrder<A, B> implements Results<B> {
    private final Iterator<? extends A> inputs;
    private final int ahead;
    private final Step<? super A, ? extends B> step;
    private final Deque<Job<B>> jobs = new ArrayDeque<>();
    private boolean ended; // no further input is asked for

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
        } catch (RuntimeException | Error e) { // its turn comes after the results before it
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
      jobs.removeIf(executor::remove); // those that wait for a thread
      jobs.forEach(Job::await);
      jobs.clear();
    }
  }

  /** Refuses further work and waits for all that runs or waits for a thread. */
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
