package dev.vit4j.cli;

import dev.vit4j.infer.output.GrowingFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Allows work to stop cleanly at Ctrl-C or SIGTERM. From {@link #begin} on, the JVM's shutdown
 * waits until this is closed; the work polls {@link #requested}, saves, and closes it. A second
 * Ctrl-C kills the process.
 *
 * <p>If there is nothing to save, a signal kills the process immediately, see {@link #killElse}:
 * the JVM's normal shutdown would run libtorch's destructors while threads still compute, and
 * crash.
 */
final class StopOnSignal implements AutoCloseable {
  private static final AtomicInteger WORKING = new AtomicInteger(); // number of open instances
  private static volatile boolean exiting;
  private static volatile boolean halting;
  private static volatile @Nullable String lastMessage;

  private final CountDownLatch signal = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;
  private boolean begun;

  StopOnSignal() {
    hook = new Thread(this::stop, "stop");
  }

  /** Starts work that saves before it stops; nothing if it has started before. */
  void begin() {
    if (!begun) {
      begun = true;
      WORKING.incrementAndGet();
      Runtime.getRuntime().addShutdownHook(hook);
      say(null);
    }
  }

  /** Makes signals kill the process while no instance is open. */
  static void killElse() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  String message = lastMessage;
                  if (!exiting && message != null) {
                    System.err.println("\nvit: " + message);
                  }
                  if (!exiting && WORKING.get() == 0) {
                    interruptByDefault();
                    interruptSelf();
                  }
                },
                "kill"));
  }

  /** Sets the message to print if a signal kills the process; null for none. */
  static void say(@Nullable String message) {
    lastMessage = message;
  }

  /** Sets the message that the partial output file is kept if a signal kills the process. */
  static void keeps(Path file) {
    say(
        "interrupted; the output so far is in %s, continue with --resume"
            .formatted(GrowingFile.part(file)));
  }

  /** Exits with a code after all work is done. */
  static void exit(int code) {
    exiting = true;
    if (halting) {
      System.out.flush();
      System.err.flush();
      Runtime.getRuntime().halt(code);
    }
    System.exit(code);
  }

  /**
   * Makes {@link #exit} end the process without libtorch's destructors, which would crash while
   * threads of a process group still wait for another process.
   */
  static void halts() {
    halting = true;
  }

  /** Ends the process with a message, without waiting for its work. */
  static void fail(String message) {
    System.err.println("vit: " + Output.printable(message));
    System.err.flush();
    Runtime.getRuntime().halt(1);
  }

  boolean requested() {
    return requested;
  }

  /**
   * Waits for a signal.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  void await() throws InterruptedException {
    signal.await();
  }

  /** Ends the process with code 0 if a signal asked for it, which the JVM would report as 143. */
  void succeedIfRequested() {
    if (requested) {
      System.out.flush();
      System.err.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  private void stop() {
    requested = true;
    signal.countDown();
    interruptByDefault();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Restores the default handling of Ctrl-C. Uses reflection, since the class is not part of the
   * Java standard; without it a second Ctrl-C waits too.
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
      return; // another JVM, or one started with -Xrs
    }
  }

  /** Ends the process with SIGINT, which shells report as 130. */
  private static void interruptSelf() {
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-INT", self).start().waitFor();
    } catch (IOException e) {
      return; // no kill command on this system: let the JVM shut down
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (begun && !requested) {
      WORKING.decrementAndGet();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // the shutdown has just begun; the hook does not wait
      }
    }
  }
}
