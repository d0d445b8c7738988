package dev.vit4j.serve;

import java.util.concurrent.atomic.AtomicLong;

/** A bound on what is in use at once; beyond it nothing waits. Thread-safe. */
final class Gate {
  private final String unit;
  private final long most;
  private final AtomicLong used = new AtomicLong();

  /**
   * Creates a bound.
   *
   * @param unit what is counted, in the message
   */
  Gate(String unit, long most) {
    this.unit = unit;
    this.most = most;
  }

  /** Something that is in use until it is closed. */
  @FunctionalInterface
  interface Pass extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes an amount.
   *
   * @return gives it back when it is closed, as {@link #leave}
   * @throws Problem with status 503 if it is beyond the bound
   */
  Pass enter(long amount) {
    long now = used.addAndGet(amount);
    if (now > most) {
      used.addAndGet(-amount);
      throw Problem.busy("the limit of %,d %s is reached".formatted(most, unit));
    }
    return () -> leave(amount);
  }

  /** Gives an amount back, once. */
  void leave(long amount) {
    used.addAndGet(-amount);
  }

  /** Returns the amount in use. */
  long used() {
    return used.get();
  }

  /** Returns the bound. */
  long most() {
    return most;
  }
}
