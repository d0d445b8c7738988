package dev.vit4j.distributed;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of c10d that may never return: it waits without a limit for the answer of a server whose
 * process is stopped, or that is no store.
 */
final class Limited {
  private Limited() {}

  /**
   * Runs a call on a thread of its own, which stays if the call does not return in time.
   *
   * @throws TimeoutException if it does not, or this thread is interrupted
   * @throws ExecutionException if the call fails
   */
  static <T> T call(int seconds, Callable<T> call) throws TimeoutException, ExecutionException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "vit4j-store");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }
}
