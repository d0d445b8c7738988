package dev.vit4j.data;

import java.util.Iterator;

/**
 * The batches of one epoch in order.
 *
 * <p>{@code next} throws {@link java.io.UncheckedIOException} with the name of the sample if one
 * cannot be read.
 */
public interface BatchIterator extends Iterator<Batch>, AutoCloseable {
  /** Returns the total time spent waiting in {@code next} in this epoch, in seconds. */
  double waitedSeconds();

  /** Stops preparing batches; has no effect when called again. */
  @Override
  void close();
}
