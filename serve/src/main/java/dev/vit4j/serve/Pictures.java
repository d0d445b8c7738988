package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Runs the images of a request through a model; each fails for itself. */
final class Pictures {
  private final Decoding decoding;
  private final Gate queue;

  Pictures(Decoding decoding, Gate queue) {
    this.decoding = decoding;
    this.queue = queue;
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
   * @param value null if there is a problem
   */
  record Result<A>(Upload upload, @Nullable A value, @Nullable Problem problem) {
    /** Returns it as the library has it. */
    Predictor.Answer<A> answer() {
      return new Predictor.Answer<>(
          new Predictor.Picture(
              upload.source(),
              () -> {
                throw new java.io.IOException("already decoded");
              },
              null),
          value,
          problem == null ? null : problem.line());
    }
  }

  /**
   * Computes the result of each image, in order.
   *
   * @throws Problem with status 503 if the queue is full, before anything is decoded
   */
  <A> List<Result<A>> run(List<Upload> uploads, Work<A> work) {
    try (Gate.Pass pass = queue.enter(uploads.size())) {
      List<CompletableFuture<A>> results = new ArrayList<>();
      for (Upload upload : uploads) {
        results.add(start(upload, work));
      }
      List<Result<A>> all = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        all.add(wait(uploads.get(i), results.get(i)));
      }
      return all;
    }
  }

  private <A> CompletableFuture<A> start(Upload upload, Work<A> work) {
    try {
      Image fitted = decoding.read(upload, work.fit()::of);
      return work.batcher().add(work.pass(), fitted);
    } catch (Exception | OutOfMemoryError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static <A> Result<A> wait(Upload upload, CompletableFuture<A> result) {
    try {
      return new Result<>(upload, result.join(), null);
    } catch (CompletionException e) {
      return new Result<>(upload, null, Problem.of(e.getCause() == null ? e : e.getCause()));
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
