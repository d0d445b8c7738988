package dev.vit4j.data;

import dev.vit4j.format.Count;
import dev.vit4j.image.Transform;
import dev.vit4j.parallel.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loads batches of a data set, prefetched by worker threads.
 *
 * <p>The order of an epoch depends only on seed and epoch, and random transforms of a sample on
 * seed, epoch and sample index: batches are the same for any number of workers.
 */
public final class Loader implements AutoCloseable {
  private final Batcher batcher;
  private final int batchSize;
  private final boolean shuffle;
  private final boolean dropLast;
  private final long seed;
  private final int workers;
  private final @Nullable WorkerPool pool;
  private IntFunction<int @Nullable []> places = size -> null;
  private volatile boolean closed;

  /**
   * Creates a loader without starting threads.
   *
   * @param data data set to load
   * @param transform transform of each image; null for none
   * @param batchSize number of samples per batch, at least 1
   * @param shuffle whether to use a new order in each epoch
   * @param dropLast whether to drop an incomplete last batch
   * @param seed seed of the order and of the transforms
   * @param workers number of loading threads; 0 loads on the calling thread
   * @throws IllegalArgumentException if the data set is empty, a number is out of range, or {@code
   *     dropLast} would drop the only batch
   */
  public Loader(
      Dataset data,
      @Nullable Transform transform,
      int batchSize,
      boolean shuffle,
      boolean dropLast,
      long seed,
      int workers) {
    this(data, transform, batchSize, shuffle, dropLast, seed, workers, false, true);
  }

  private Loader(
      Dataset data,
      @Nullable Transform transform,
      int batchSize,
      boolean shuffle,
      boolean dropLast,
      long seed,
      int workers,
      boolean readsFeatures,
      boolean readsPixels) {
    check(data, batchSize, dropLast, workers);
    this.batcher = new Batcher(data, transform, seed, readsFeatures, readsPixels);
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.seed = seed;
    this.workers = workers;
    this.pool = workers == 0 ? null : new WorkerPool("vit4j-loader", workers);
  }

  /** Returns a loader of precomputed features, in a new order each epoch. */
  public static Loader ofFeatures(Dataset data, int batchSize, boolean dropLast, long seed) {
    return new Loader(data, null, batchSize, true, dropLast, seed, 0, true, false);
  }

  /**
   * Returns a loader for evaluation: all samples in order, on the calling thread, without masks or
   * other values of pixels, which an evaluation reads at their original size.
   *
   * @param fit transform to the model's input size; null for none
   * @param features whether to read features instead of images
   */
  public static Loader forEvaluation(
      Dataset data, @Nullable Transform fit, int batchSize, boolean features) {
    return new Loader(data, fit, batchSize, false, false, 0, 0, features, false);
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
          "batch size %d is larger than %s with %s: use at most %d"
              .formatted(batchSize, data.name(), Count.of(data.size(), "sample"), data.size()));
    }
  }

  /**
   * Makes batches hold only some of their images, features and values of pixels; other processes
   * have the others. Order, transforms and targets in memory stay those of the whole batch.
   *
   * @param places returns the places of the samples in a batch of a size, ascending, at least one
   */
  public Loader holding(IntFunction<int @Nullable []> places) {
    this.places = places;
    return this;
  }

  /** Returns the number of batches per epoch. */
  public int batches() {
    int size = batcher.data().size();
    return dropLast ? size / batchSize : (int) (((long) size + batchSize - 1) / batchSize);
  }

  /**
   * Returns the batches of an epoch, or the rest of it.
   *
   * @param epoch epoch number, from 0
   * @param firstBatch number of batches to skip, to resume in the middle of an epoch
   * @throws IllegalArgumentException if firstBatch is negative or above {@link #batches}
   * @throws IllegalStateException if the loader is closed
   */
  public BatchIterator epoch(int epoch, int firstBatch) {
    if (firstBatch < 0 || firstBatch > batches()) {
      throw new IllegalArgumentException(
          "an epoch has batches 0 to " + batches() + ", not " + firstBatch);
    }
    requireOpen();
    return new Epoch(epoch, order(epoch), firstBatch);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the loader is closed");
    }
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

  /** Stops running epochs and waits for the workers to end. */
  @Override
  public void close() {
    closed = true;
    if (pool != null) {
      pool.close();
    }
  }

  private final class Epoch implements BatchIterator {
    private final int epoch;
    private final int[] order;
    private final WorkerPool.@Nullable Results<Batch> prepared; // null without workers
    private int next; // index of the next batch
    private long waitedNanos;
    private volatile boolean stopped;

    Epoch(int epoch, int[] order, int firstBatch) {
      this.epoch = epoch;
      this.order = order;
      this.next = firstBatch;
      // Two batches per worker: one in progress, one ready.
      this.prepared =
          pool == null
              ? null
              : pool.inOrder(
                  IntStream.range(firstBatch, batches()).iterator(), 2 * workers, this::batch);
    }

    @Override
    public boolean hasNext() {
      return !stopped && next < batches();
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the epoch has no more batches");
      }
      requireOpen();
      long start = System.nanoTime();
      try {
        Batch batch = prepared == null ? batch(next) : prepared.next();
        next++;
        return batch;
      } catch (IOException e) {
        stopped = true;
        throw new UncheckedIOException(e);
      } catch (RuntimeException | Error e) {
        stopped = true;
        throw e;
      } finally {
        waitedNanos += System.nanoTime() - start;
      }
    }

    @Override
    public double waitedSeconds() {
      return waitedNanos / 1e9;
    }

    private Batch batch(int index) throws IOException {
      int from = index * batchSize;
      int to = (int) Math.min(order.length, (long) from + batchSize);
      return batcher.batch(
          order, from, to, places.apply(to - from), epoch, () -> stopped || closed);
    }

    @Override
    public void close() {
      stopped = true; // batches in progress stop at the next sample
    }
  }
}
