package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs the images and texts of requests through models; each image fails for itself. */
final class Pictures {
  private final Decoding decoding;
  private final Gate queue;
  private final int seconds;

  Pictures(Bounds bounds, int threads) {
    this.decoding = new Decoding(bounds, threads);
    this.queue = new Gate("images and texts in the queue", bounds.queue());
    this.seconds = bounds.seconds();
  }

  /** Decodes images. */
  Decoding decoding() {
    return decoding;
  }

  /** Images and texts that wait for a model or are being computed. */
  Gate queue() {
    return queue;
  }

  /**
   * The result for an image.
   *
   * @param size [width, height] of the upright original, if it was asked for
   * @param value null if there is a problem
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result<A>(
      Upload upload, int @Nullable [] size, @Nullable A value, @Nullable Problem problem) {
    /** Returns it as the library has it. */
    Predictor.Answer<A> answer() {
      return new Predictor.Answer<>(
          new Predictor.Picture(upload.source(), Result::decoded, null),
          value,
          problem == null ? null : problem.line());
    }

    private static Image decoded() throws IOException {
      throw new IOException("the upload is not kept");
    }
  }

  private record Started<A>(int @Nullable [] size, CompletableFuture<A> result) {}

  /**
   * Computes the result of each image, in order.
   *
   * @param whole whether the sizes of the originals are needed
   * @throws Problem with status 503 if the queue is full, before anything is decoded
   */
  <A> List<Result<A>> run(List<Upload> uploads, Work<A> work, boolean whole) {
    try (Gate.Pass pass = queue.enter(uploads.size())) {
      List<Started<A>> started = new ArrayList<>();
      for (Upload upload : uploads) {
        started.add(start(upload, work, whole));
      }
      List<Result<A>> all = new ArrayList<>();
      for (int i = 0; i < started.size(); i++) {
        all.add(result(uploads.get(i), started.get(i)));
      }
      return all;
    }
  }

  private <A> Started<A> start(Upload upload, Work<A> work, boolean whole) {
    try {
      Decoding.Fitted fitted = decoding.fit(upload, work.fit(), whole);
      return new Started<>(fitted.size(), work.batcher().add(work.pass(), fitted.fitted()));
    } catch (Exception | OutOfMemoryError e) {
      return new Started<>(null, CompletableFuture.failedFuture(e));
    }
  }

  private <A> Result<A> result(Upload upload, Started<A> started) {
    try {
      return new Result<>(upload, started.size, await(started.result), null);
    } catch (Problem e) {
      return new Result<>(upload, started.size, null, e);
    }
  }

  /**
   * Computes one result for each text or other input, in order; all fail if one does.
   *
   * @throws Problem if the queue is full, or the inputs cannot be used
   */
  <I, A> List<A> run(List<I> inputs, Batcher.Pass<I, A> pass, Batcher batcher) {
    List<A> all = new ArrayList<>();
    int atOnce = (int) Math.max(1, queue.most() / 4);
    for (int from = 0; from < inputs.size(); from += atOnce) {
      List<I> some = inputs.subList(from, Math.min(inputs.size(), from + atOnce));
      try (Gate.Pass entered = queue.enter(some.size())) {
        List<CompletableFuture<A>> results =
            some.stream().map(input -> batcher.add(pass, input)).toList();
        results.forEach(result -> all.add(await(result)));
      }
    }
    return all;
  }

  /** Waits for a result; one that takes too long is given up. */
  private <A> A await(CompletableFuture<A> result) {
    try {
      return result.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw Problem.of(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw Problem.busy("there is no result after %d seconds".formatted(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.busy("the server is closing");
    }
  }

  /** Returns the HTTP status: 200 if one succeeded, else that of the first. */
  static int status(List<? extends Result<?>> results) {
    Problem first = null;
    for (Result<?> result : results) {
      if (result.problem() == null) {
        return 200;
      }
      first = first == null ? result.problem() : first;
    }
    return first == null ? 200 : first.status();
  }
}
