package dev.vit4j.data;

import java.util.Iterator;

/**
 * The batches of one epoch in order.
 *
 * <p>{@code next} throws {@link java.io.UncheckedIOException}, naming the sample, where one cannot
 * be read.
 */
public interface BatchIterator extends Iterator<Batch>, AutoCloseable {
  /** How long takers have waited in {@code next} for batches of this epoch, in seconds. */
  double waitedSeconds();

  /** Stops preparing further batches; does nothing the second time. */
  @Override
  void close();
}
