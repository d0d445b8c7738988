package dev.vit4j.serve;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads the body of a request as it arrives, without a thread that waits. The result is the body;
 * or a {@link Problem} if it is too large, or too much is in memory; or why it could not be read.
 */
final class Body implements Runnable {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int FIRST = 16 << 10; // bytes
  private static final long GRACE = 5; // seconds before the rate counts
  private static final long SECOND = 1_000_000_000L;

  private final Request request;
  private final Bounds bounds;
  private final Gate memory;
  private final long began = System.nanoTime();
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private byte[] bytes = new byte[0];
  private volatile int length;
  private long reserved;
  private boolean released;

  Body(Request request, Bounds bounds, Gate memory) {
    this.request = request;
    this.bounds = bounds;
    this.memory = memory;
  }

  /** Starts to read. */
  CompletableFuture<byte[]> read() {
    if (request.getLength() > bounds.body()) {
      result.completeExceptionally(tooLarge());
    } else {
      run();
    }
    return result;
  }

  private Problem tooLarge() {
    return new Problem(
        Problem.TOO_LARGE, "the body is too large; the limit is %d bytes".formatted(bounds.body()));
  }

  /** Called whenever more has arrived. */
  @Override
  public void run() {
    while (!result.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        result.completeExceptionally(chunk.getFailure());
        return;
      }
      try {
        append(chunk);
      } catch (Problem e) {
        result.completeExceptionally(e);
        return;
      } finally {
        chunk.release();
      }
      if (chunk.isLast()) {
        result.complete(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        return;
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time takes what arrives
  private void append(Content.Chunk chunk) {
    int more = chunk.remaining();
    if (more > bounds.body() - length) {
      throw tooLarge();
    }
    if (length + more > bytes.length) {
      int grown = (int) Math.min(bounds.body(), Math.max(FIRST, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, Math.max(length + more, grown));
      if (bytes.length > reserved) {
        reserve(bytes.length);
      }
    }
    chunk.get(bytes, length, more);
    length += more;
  }

  private synchronized void reserve(long size) {
    if (!released) {
      memory.enter(size - reserved);
      reserved = size;
    }
  }

  /** Gives up if the body does not arrive in time. Jetty closes the connection after the answer. */
  void check(long now) {
    double seconds = (double) (now - began) / SECOND;
    if (seconds > bounds.seconds()
        || (seconds > GRACE && length < (seconds - GRACE) * bounds.rate())) {
      result.completeExceptionally(new Problem(REQUEST_TIMEOUT, "the body did not arrive in time"));
    }
  }

  /** Gives back the memory of the body. */
  synchronized void release() {
    released = true;
    memory.leave(reserved);
    reserved = 0;
  }
}
