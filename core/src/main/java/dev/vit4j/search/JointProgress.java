package dev.vit4j.search;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Progress of segments that are built at the same time, for one listener. Thread-safe. */
final class JointProgress {
  private final IndexWriter.Watch watch;
  private final double total;
  private final int[] done;
  private @Nullable IOException failure;

  /**
   * Begins.
   *
   * @param counts number of vectors of each segment
   */
  JointProgress(int[] counts, IndexWriter.Watch watch) {
    this.watch = watch;
    this.total = Arrays.stream(counts).asDoubleStream().sum();
    this.done = new int[counts.length];
  }

  /**
   * Tells the listener.
   *
   * @param vectors of the segment that are in its graph
   * @throws IOException if the listener stops the work, or the failure of another segment
   */
  synchronized void done(int segment, int vectors) throws IOException {
    if (failure != null) {
      throw failure;
    }
    done[segment] = vectors;
    try {
      watch.done(Arrays.stream(done).asLongStream().sum() / total);
    } catch (IOException e) {
      failure = e; // before another thread comes here
      throw e;
    }
  }

  /** Notes that a segment failed; the others fail with the same exception when they report next. */
  synchronized void fail(IOException e) {
    failure = failure == null ? e : failure;
  }
}
