package dev.vit4j.serve;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request as it arrives, without a thread that waits. The result is the body;
 * or a {@link Problem} if it is too large, or too much is in memory; or why it could not be read.
 *
 * <p>The body of a refused request is read too, up to four times the limit, and forgotten: many
 * clients read the answer only when they have sent everything.
 */
final class Body implements Runnable {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int FIRST = 16 << 10; // bytes
  private static final long GRACE = 5; // seconds before the rate counts
  private static final long FORGET = 4; // bodies of the largest size
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
  private volatile @Nullable Throwable refusal;
  private volatile long forgotten; // bytes

  /**
   * Creates a reader.
   *
   * @param refusal why the request is refused already, which will be the result; null if it is not
   */
  Body(Request request, Bounds bounds, Gate memory, @Nullable Throwable refusal) {
    this.request = request;
    this.bounds = bounds;
    this.memory = memory;
    this.refusal = refusal;
  }

  /** Starts to read. */
  CompletableFuture<byte[]> read() {
    if (refusal == null && request.getLength() > bounds.body()) {
      refusal = tooLarge();
    }
    if (refusal != null && request.getHeaders().contains(HttpHeader.EXPECT)) {
      result.completeExceptionally(refusal); // the client asked before it sends
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
        result.completeExceptionally(refusal == null ? chunk.getFailure() : refusal);
        return;
      }
      try {
        take(chunk);
      } finally {
        chunk.release();
      }
      Throwable refused = refusal;
      if (refused != null && (chunk.isLast() || forgotten > FORGET * bounds.body())) {
        result.completeExceptionally(refused);
      } else if (refused == null && chunk.isLast()) {
        result.complete(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time takes what arrives
  private void take(Content.Chunk chunk) {
    if (refusal == null) {
      try {
        append(chunk);
        return;
      } catch (Problem e) {
        refusal = e;
        bytes = new byte[0];
      }
    }
    forgotten += chunk.remaining();
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
        || (seconds > GRACE && length + forgotten < (seconds - GRACE) * bounds.rate())) {
      Throwable refused = refusal;
      result.completeExceptionally(
          refused == null
              ? new Problem(REQUEST_TIMEOUT, "the body did not arrive in time")
              : refused);
    }
  }

  /** Gives back the memory of the body. */
  synchronized void release() {
    released = true;
    memory.leave(reserved);
    reserved = 0;
  }
}
