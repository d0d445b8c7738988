package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Loader;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.input.ModelInput;
import dev.vit4j.model.Model;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Runs a model on every sample of a data set in evaluation mode. Threads process batches in
 * parallel; results are added in the order of batches, so that they do not depend on the number of
 * threads. Only a few batches are in memory.
 *
 * @param batchSize number of samples per batch
 * @param threads number of batches to process in parallel
 * @param ranks processes that share the evaluation, if it is a {@link SharedMeasure}; all of them
 *     call it
 */
public record Evaluator(
    int batchSize, int threads, Device device, Precision precision, Ranks ranks) {

  /** An evaluation in one process. */
  public Evaluator(int batchSize, int threads, Device device, Precision precision) {
    this(batchSize, threads, device, precision, Ranks.alone());
  }

  /**
   * Measures all samples, with images converted to the model's size and channels, and the model in
   * evaluation mode. When this returns or throws, no thread uses the model any more.
   *
   * @param model in int8 it is packed here, and cannot be trained or saved any more
   * @param input input type of the model
   * @throws IOException if a sample cannot be read
   */
  public void run(Measure measure, Model model, ModelInput input, Dataset data) throws IOException {
    model.train(false);
    if (precision == Precision.INT8 && model.packed() == null) {
      model.pack(precision);
    }
    try (WorkerPool pool = new WorkerPool("vit4j-evaluate", threads);
        Loader loader =
            Loader.forEvaluation(data, input.fit(data), batchSize, input.isFeatures())) {
      if (measure instanceof SharedMeasure<?> shared && ranks.size() > 1) {
        share(shared, model, pool, loader);
      } else {
        run(measure, model, pool, loader);
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  private <T> void share(SharedMeasure<T> shared, Model model, WorkerPool pool, Loader loader)
      throws IOException {
    WorkerPool.Step<Batch, T> compute = batch -> inEvaluation(() -> shared.compute(model, batch));
    new SharedEvaluation<>(shared, loader, threads, ranks, compute).run(pool);
  }

  private void run(Measure measure, Model model, WorkerPool pool, Loader loader)
      throws IOException {
    try (BatchIterator batches = loader.epoch(0, 0);
        WorkerPool.Results<Runnable> results =
            pool.inOrder(
                batches, threads + 1, batch -> inEvaluation(() -> measure.take(model, batch)))) {
      while (results.hasNext()) {
        results.next().run();
      }
    }
  }

  /** Work that may fail to read a target. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T inEvaluation(Work<T> work) throws IOException {
    Threads.set(1);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Precision.Region region = precision.on(device)) {
      return work.run();
    }
  }
}
