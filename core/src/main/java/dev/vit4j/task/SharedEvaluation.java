package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.parallel.WorkerPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An evaluation that several ranks share: in each round a rank computes as many batches as it has
 * threads, and all ranks add the results of all in the order of the batches. Batches are those of
 * one process, so the bits are too.
 *
 * @param loader loader of the data, in order
 * @param compute computes a batch in evaluation mode
 */
record SharedEvaluation<T>(
    SharedMeasure<T> measure,
    Loader loader,
    int threads,
    Ranks ranks,
    WorkerPool.Step<Batch, T> compute) {

  void run(WorkerPool pool) throws IOException {
    int batches = loader.batches();
    for (int first = 0; first < batches; first += threads * ranks.size()) {
      int begin = Math.min(batches, first + ranks.rank() * threads);
      byte[] own = results(pool, begin, Math.min(threads, batches - begin));
      for (byte[] of : ranks.gather(own)) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(of));
        while (in.available() > 0) {
          measure.add(measure.read(in));
        }
      }
    }
  }

  private byte[] results(WorkerPool pool, int first, int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try (BatchIterator batches = loader.epoch(0, first)) {
      List<Batch> own = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        own.add(batches.next());
      }
      try (WorkerPool.Results<T> results = pool.inOrder(own.iterator(), threads, compute)) {
        while (results.hasNext()) {
          measure.write(results.next(), out);
        }
      }
    }
    return bytes.toByteArray();
  }
}
