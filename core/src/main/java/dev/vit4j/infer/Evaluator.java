package dev.vit4j.infer;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Loader;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Measures a model on every sample of a data set, in evaluation mode, exactly. Threads take batches
 * in turn; the result does not depend on how many there are.
 *
 * @param batchSize samples that go through the model at once
 * @param threads batches that are computed at the same time
 */
public record Evaluator(int batchSize, int threads, Device device, Precision precision) {

  /**
   * Runs the model over the set, each picture brought to the model's size and channels where it has
   * others; the model is in evaluation mode meanwhile.
   *
   * @param input what the set's samples are to the model
   * @throws IOException if a sample cannot be read
   */
  public ClassificationResult evaluate(Model model, ModelInput input, Dataset data)
      throws IOException {
    model.train(false);
    try (Loader loader = new Loader(data, input.fit(data), batchSize, false, false, 0, 0);
        BatchIterator batches = loader.epoch(0, 0)) {
      float[][] logits = new float[loader.batches()][];
      Batch[] seen = new Batch[loader.batches()];
      runThreads(() -> takeBatches(model, input, batches, seen, logits));
      ClassificationResult result = new ClassificationResult(model.numClasses());
      for (int i = 0; i < seen.length; i++) {
        result.add(logits[i], seen[i].labels(), seen[i].size());
      }
      return result;
    }
  }

  /** Logits [B, K] of a batch, row by row. */
  private float[] logits(Model model, ModelInput input, Batch batch) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Precision.Region region = precision.on(device)) {
      return input.logits(model, input.of(batch, 0, batch.size(), device)).toFloats();
    }
  }

  private void takeBatches(
      Model model, ModelInput input, BatchIterator batches, Batch[] seen, float[][] out) {
    while (true) {
      Batch batch;
      int place;
      synchronized (batches) {
        if (!batches.hasNext()) {
          return;
        }
        batch = batches.next();
        place = batch.indices()[0] / batchSize;
      }
      // Labels are kept, pixels are not: a large set must not stay in memory.
      seen[place] = batch.withoutPixels();
      out[place] = logits(model, input, batch);
    }
  }

  private void runThreads(Runnable work) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        done.add(
            pool.submit(
                () -> {
                  Threads.set(1);
                  work.run();
                }));
      }
      for (Future<?> f : done) {
        f.get();
      }
    } catch (ExecutionException e) {
      throw rethrow(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while evaluating", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static IOException rethrow(@Nullable Throwable cause) {
    if (cause instanceof UncheckedIOException e) {
      return e.getCause();
    }
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    throw new IllegalStateException(cause);
  }
}
