package dev.vit4j.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * The queue of a model. Whenever the model is free, it takes what has been queued for the same pass
 * at once, up to a number of inputs; it never waits for more.
 */
final class Batcher implements AutoCloseable {
  /**
   * Computes one result for each input, in order.
   *
   * @param <I> type of the inputs, such as images in the model's size
   * @param <A> type of the results
   */
  @FunctionalInterface
  interface Pass<I, A> {
    List<A> run(List<I> inputs);
  }

  private record Job<I, A>(Pass<I, A> pass, I input, CompletableFuture<A> result) {}

  private final Deque<Job<?, ?>> queue = new ArrayDeque<>();
  private final int most;
  private final IntConsumer sizes;
  private final Thread thread;
  private boolean closed;

  /**
   * Creates a queue with its thread.
   *
   * @param most maximum number of inputs that are computed at once
   * @param sizes receives the number of inputs of each batch
   */
  Batcher(String name, int most, IntConsumer sizes) {
    this.most = most;
    this.sizes = sizes;
    this.thread = new Thread(this::work, "vit4j-batch-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues an input.
   *
   * @return completes with the result, or with what the pass threw
   */
  <I, A> CompletableFuture<A> add(Pass<I, A> pass, I input) {
    Job<I, A> job = new Job<>(pass, input, new CompletableFuture<>());
    synchronized (queue) {
      if (closed) {
        throw Problem.busy("the server is closing");
      }
      queue.add(job);
      queue.notifyAll();
    }
    return job.result;
  }

  private void work() {
    List<Job<?, ?>> batch = take();
    while (!batch.isEmpty()) {
      sizes.accept(batch.size());
      run(batch);
      batch = take();
    }
  }

  /** Waits for the next batch; empty if the queue is closed. */
  private List<Job<?, ?>> take() {
    synchronized (queue) {
      while (queue.isEmpty() && !closed) {
        try {
          queue.wait();
        } catch (InterruptedException e) {
          closed = true;
        }
      }
      List<Job<?, ?>> batch = new ArrayList<>();
      for (Iterator<Job<?, ?>> jobs = queue.iterator(); jobs.hasNext() && batch.size() < most; ) {
        Job<?, ?> job = jobs.next();
        if (batch.isEmpty() || batch.get(0).pass == job.pass) {
          batch.add(job);
          jobs.remove();
        }
      }
      return batch;
    }
  }

  @SuppressWarnings("unchecked") // all jobs of a batch have the same pass
  private static void run(List<Job<?, ?>> batch) {
    compute((List<Job<Object, Object>>) (List<?>) batch);
  }

  private static <I, A> void compute(List<Job<I, A>> batch) {
    try {
      List<A> results = batch.get(0).pass.run(batch.stream().map(Job::input).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).result.complete(results.get(i));
      }
    } catch (Throwable e) {
      if (batch.size() == 1) {
        batch.get(0).result.completeExceptionally(e);
      } else {
        batch.forEach(job -> compute(List.of(job))); // an input fails for itself
      }
    }
  }

  /** Computes what is queued; what comes later is refused. */
  @Override
  public void close() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
