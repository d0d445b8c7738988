package dev.vit4j.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Counts multiply-adds of matrix products, convolutions and attention on this thread until it is
 * closed, as PyTorch's FlopCounterMode does (which counts two operations per multiply-add).
 */
public final class MacCounter implements AutoCloseable {
  private static final ThreadLocal<@Nullable MacCounter> ACTIVE = new ThreadLocal<>();

  private long total;

  private MacCounter() {
    ACTIVE.set(this);
  }

  /** Starts counting on this thread. */
  public static MacCounter start() {
    return new MacCounter();
  }

  /** Multiply-adds so far. */
  public long total() {
    return total;
  }

  static void add(long macs) {
    MacCounter counter = ACTIVE.get();
    if (counter != null) {
      counter.total += macs;
    }
  }

  @Override
  public void close() {
    ACTIVE.remove();
  }
}
