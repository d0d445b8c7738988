package dev.vit4j.data;

import dev.vit4j.image.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Batches of a data set, epoch after epoch, prepared ahead by worker threads.
 *
 * <p>The order of an epoch depends on the seed and the epoch alone, the chance in a sample's
 * transform on seed, epoch and sample: the batches are the same for any number of workers.
 */
public final class Loader implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  private final Batcher batcher;
  private final int batchSize;
  private final boolean shuffle;
  private final boolean dropLast;
  private final long seed;
  private final int workers;
  private final @Nullable ThreadPoolExecutor pool;

  /**
   * Starts no thread yet.
   *
   * @param data the samples
   * @param transform applied to each picture, or null for none
   * @param batchSize samples in a batch, at least 1
   * @param shuffle a new order each epoch, else the set's own
   * @param dropLast leave out a last batch that is not full
   * @param seed of the order and of the transforms
   * @param workers threads that prepare batches; 0 prepares them on the caller's thread
   * @throws IllegalArgumentException if the set is empty, a number is out of range, or dropping the
   *     last batch would drop the only one
   */
  public Loader(
      Dataset data,
      @Nullable Transform transform,
      int batchSize,
      boolean shuffle,
      boolean dropLast,
      long seed,
      int workers) {
    this(data, transform, batchSize, shuffle, dropLast, seed, workers, false);
  }

  private Loader(
      Dataset data,
      @Nullable Transform transform,
      int batchSize,
      boolean shuffle,
      boolean dropLast,
      long seed,
      int workers,
      boolean readsFeatures) {
    check(data, batchSize, dropLast, workers);
    this.batcher = new Batcher(data, transform, seed, readsFeatures);
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.seed = seed;
    this.workers = workers;
    this.pool = workers == 0 ? null : pool(workers);
  }

  /** Batches of features that were computed before, in a new order each epoch. */
  public static Loader ofFeatures(Dataset data, int batchSize, boolean dropLast, long seed) {
    return new Loader(data, null, batchSize, true, dropLast, seed, 0, true);
  }

  /**
   * Batches for an evaluation: all samples in the set's own order, prepared on the caller's thread.
   *
   * @param fit brings images to the model's size, or null
   * @param features whether the set's features are read instead of its images
   */
  public static Loader forEvaluation(
      Dataset data, @Nullable Transform fit, int batchSize, boolean features) {
    return new Loader(data, fit, batchSize, false, false, 0, 0, features);
  }

  private static void check(Dataset data, int batchSize, boolean dropLast, int workers) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(data.name() + " has no samples");
    }
    if (batchSize < 1 || workers < 0) {
      throw new IllegalArgumentException(
          "batch size must be at least 1 and workers at least 0, not %d and %d"
              .formatted(batchSize, workers));
    }
    if (dropLast && batchSize > data.size()) {
      throw new IllegalArgumentException(
          "batch size %d is larger than %s, which has %d samples: use %d or less"
              .formatted(batchSize, data.name(), data.size(), data.size()));
    }
  }

  private static ThreadPoolExecutor pool(int workers) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            workers,
            workers,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "vit4j-loader");
              thread.setDaemon(true);
              return thread;
            });
    // A loader that nobody closed holds no threads for long.
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Batches of an epoch. */
  public int batches() {
    int size = batcher.data().size();
    return dropLast ? size / batchSize : (int) (((long) size + batchSize - 1) / batchSize);
  }

  /**
   * One epoch, or the rest of one.
   *
   * @param epoch its number, from 0
   * @param firstBatch batches to leave out, to go on in the middle of an epoch; 0 for all
   * @throws IllegalArgumentException if firstBatch is negative or above {@link #batches}
   */
  public BatchIterator epoch(int epoch, int firstBatch) {
    if (firstBatch < 0 || firstBatch > batches()) {
      throw new IllegalArgumentException(
          "an epoch has batches 0 to " + batches() + ", not " + firstBatch);
    }
    return new Epoch(epoch, order(epoch), firstBatch);
  }

  private int[] order(int epoch) {
    int[] order = new int[batcher.data().size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (shuffle) {
      Shuffle.shuffle(order, Shuffle.mix(seed, epoch));
    }
    return order;
  }

  /** Ends the workers and waits for them; running epochs stop. */
  @Override
  public void close() {
    if (pool == null) {
      return;
    }
    for (Runnable task : pool.shutdownNow()) {
      if (task instanceof Future<?> waiting) {
        waiting.cancel(false); // else its taker would wait for ever
      }
    }
    boolean interrupted = Thread.interrupted();
    while (!pool.isTerminated()) {
      try {
        if (pool.awaitTermination(1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Epoch implements BatchIterator {
    private final int epoch;
    private final int[] order;
    private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
    private int next; // the batch that next() gives
    private int submitted; // the batch that is prepared next
    private long waitedNanos;
    private volatile boolean closed;

    Epoch(int epoch, int[] order, int firstBatch) {
      this.epoch = epoch;
      this.order = order;
      this.next = firstBatch;
      this.submitted = firstBatch;
      prepareAhead();
    }

    @Override
    public boolean hasNext() {
      return !closed && next < batches();
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the epoch has no more batches");
      }
      long start = System.nanoTime();
      Batch batch = pool == null ? make(next) : prepared();
      waitedNanos += System.nanoTime() - start;
      next++;
      prepareAhead();
      return batch;
    }

    @Override
    public double waitedSeconds() {
      return waitedNanos / 1e9;
    }

    private Batch make(int index) {
      try {
        return batch(index);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Batch batch(int index) throws IOException {
      int from = index * batchSize;
      int to = (int) Math.min(order.length, (long) from + batchSize);
      return batcher.batch(order, from, to, epoch, this::stopped);
    }

    private boolean stopped() {
      return closed || (pool != null && pool.isShutdown());
    }

    /** Two batches a worker: one in the making, one ready. */
    private void prepareAhead() {
      if (pool == null) {
        return;
      }
      if (pool.isShutdown()) {
        throw new IllegalStateException("the loader is closed");
      }
      while (submitted < batches() && ahead.size() < 2 * workers) {
        int index = submitted++;
        ahead.add(pool.submit(() -> batch(index)));
      }
    }

    private Batch prepared() {
      try {
        return ahead.remove().get();
      } catch (ExecutionException e) {
        close();
        throw rethrown(e.getCause());
      } catch (CancellationException e) {
        throw new IllegalStateException("the loader was closed", e);
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a batch", e);
      }
    }

    @Override
    public void close() {
      closed = true;
      for (Future<Batch> batch : ahead) {
        batch.cancel(false);
      }
      ahead.clear();
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof IOException e) {
      return new UncheckedIOException(e);
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
