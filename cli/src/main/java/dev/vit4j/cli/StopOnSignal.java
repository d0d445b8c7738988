package dev.vit4j.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Lets work end well at Ctrl-C or SIGTERM: the JVM's shutdown waits until this is closed, and the
 * work, which asks {@link #requested} now and then, saves and closes it. A second Ctrl-C kills.
 */
final class StopOnSignal implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  StopOnSignal() {
    hook = new Thread(this::stop, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  boolean requested() {
    return requested;
  }

  private void stop() {
    requested = true;
    killAtNextInterrupt();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Gives Ctrl-C back to the operating system. By reflection, since the only class for it is not
   * part of Java's standard; without it a second Ctrl-C waits too.
   */
  private static void killAtNextInterrupt() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance("INT"),
              handler.getField("SIG_DFL").get(null));
    } catch (ReflectiveOperationException e) {
      return; // another JVM, or one that was told to leave signals alone (-Xrs)
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // the shutdown began this moment; the hook finds the latch open
      }
    }
  }
}
