package dev.vit4j.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The queue of a model. Whenever a thread of it is free, it takes its share of what has been queued
 * for the same pass at once, up to a number of inputs; it never waits for more. Threads do not wait
 * for each other, so that none is idle while there is work.
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
  private final Consumer<Runnable> beside;
  private final List<Thread> threads = new ArrayList<>();
  private int busy; // threads that compute
  private boolean closed;

  /**
   * Creates a queue with its threads.
   *
   * @param parallel number of batches that are computed at once
   * @param most maximum number of inputs that are computed at once, in all batches
   * @param sizes receives the number of inputs of each batch
   * @param beside runs a batch while others may run; a single input when nothing else is to be done
   *     runs without it
   */
  Batcher(String name, int parallel, int most, IntConsumer sizes, Consumer<Runnable> beside) {
    int many = Math.min(parallel, most);
    this.most = most / many;
    this.sizes = sizes;
    this.beside = beside;
    for (int i = 0; i < many; i++) {
      Thread thread = new Thread(this::work, "vit4j-batch-" + name);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
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
    Batch batch = take();
    while (!batch.jobs.isEmpty()) {
      sizes.accept(batch.jobs.size());
      List<Job<?, ?>> jobs = batch.jobs;
      if (batch.alone) {
        run(jobs);
      } else {
        beside.accept(() -> run(jobs));
      }
      synchronized (queue) {
        busy--;
      }
      batch = take();
    }
  }

  /**
   * What a thread takes.
   *
   * @param alone whether it may use all compute threads
   */
  private record Batch(List<Job<?, ?>> jobs, boolean alone) {}

  /** Waits for the next batch; empty if the queue is closed. */
  private Batch take() {
    synchronized (queue) {
      while (queue.isEmpty() && !closed) {
        try {
          queue.wait();
        } catch (InterruptedException e) {
          closed = true;
        }
      }
      if (queue.isEmpty()) {
        return new Batch(List.of(), false);
      }
      int idle = threads.size() - busy;
      boolean alone = threads.size() == 1 || (busy == 0 && queue.size() == 1);
      int share = Math.min(most, (queue.size() + idle - 1) / idle);
      List<Job<?, ?>> jobs = new ArrayList<>();
      for (Iterator<Job<?, ?>> all = queue.iterator(); all.hasNext() && jobs.size() < share; ) {
        Job<?, ?> job = all.next();
        if (jobs.isEmpty() || jobs.get(0).pass == job.pass) {
          jobs.add(job);
          all.remove();
        }
      }
      busy++;
      return new Batch(jobs, alone);
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
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
