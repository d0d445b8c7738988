package dev.vit4j.cli;

import dev.vit4j.infer.output.GrowingFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets work end well at Ctrl-C or SIGTERM: the JVM's shutdown waits until this is closed, and the
 * work, which asks {@link #requested} now and then, saves and closes it. A second Ctrl-C kills.
 *
 * <p>Where nothing is to be saved, a signal kills at once, by {@link #killElse}: the JVM's own way
 * out would run libtorch's destructors under threads that still compute, and crash.
 */
final class StopOnSignal implements AutoCloseable {
  private static final AtomicInteger WORKING = new AtomicInteger(); // that want to end well
  private static volatile boolean exiting;
  private static volatile @Nullable String lastWords;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  StopOnSignal() {
    WORKING.incrementAndGet();
    hook = new Thread(this::stop, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Makes signals kill the process as long as no work asks to end well. */
  static void killElse() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  String words = lastWords;
                  if (!exiting && words != null) {
                    System.err.println("\nvit: " + words);
                  }
                  if (!exiting && WORKING.get() == 0) {
                    interruptByDefault();
                    interruptSelf();
                  }
                },
                "kill"));
  }

  /** What is said if a signal kills the process; null for nothing. */
  static void say(@Nullable String words) {
    lastWords = words;
  }

  /** Says, if a signal kills the process, that what is done of a growing file is kept. */
  static void keeps(Path file) {
    say(
        "interrupted; %s keeps what was done, --resume goes on with it"
            .formatted(GrowingFile.part(file)));
  }

  /** Ends the process with a code, all work being done. */
  static void exit(int code) {
    exiting = true;
    System.exit(code);
  }

  boolean requested() {
    return requested;
  }

  private void stop() {
    requested = true;
    interruptByDefault();
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
  private static void interruptByDefault() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, interrupt, handler.getField("SIG_DFL").get(null));
    } catch (ReflectiveOperationException e) {
      return; // another JVM, or one that was told to leave signals alone (-Xrs)
    }
  }

  /** Ends the process as an interrupted program ends: shells see 130. */
  private static void interruptSelf() {
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-INT", self).start().waitFor();
    } catch (IOException e) {
      return; // no such command: another system, and the JVM's own way out
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (!requested) {
      WORKING.decrementAndGet();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // the shutdown began this moment; the hook finds the latch open
      }
    }
  }
}
