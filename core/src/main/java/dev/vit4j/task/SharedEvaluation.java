package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Loader;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.parallel.WorkerPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An evaluation that several ranks share: in each round a rank computes as many batches as it has
 * threads, and all ranks add the outputs of all in the order of the batches. Batches are those of
 * one process, so the bits are too.
 *
 * @param loader loader of the data, in order
 * @param forward computes the outputs of a batch
 */
record SharedEvaluation(
    SharedMeasure measure,
    Dataset data,
    Loader loader,
    int batchSize,
    int threads,
    Ranks ranks,
    WorkerPool.Step<Batch, float[]> forward) {

  void run(WorkerPool pool) throws IOException {
    int batches = loader.batches();
    for (int first = 0; first < batches; first += threads * ranks.size()) {
      int begin = Math.min(batches, first + ranks.rank() * threads);
      byte[] own = outputs(pool, begin, Math.min(threads, batches - begin));
      int batch = first;
      for (byte[] of : ranks.gather(own)) {
        ByteBuffer in = ByteBuffer.wrap(of);
        while (in.hasRemaining()) {
          float[] outputs = new float[in.getInt()];
          in.asFloatBuffer().get(outputs);
          in.position(in.position() + outputs.length * Float.BYTES);
          measure.add(targets(batch++), outputs);
        }
      }
    }
  }

  private byte[] outputs(WorkerPool pool, int first, int count) throws IOException {
    List<float[]> all = new ArrayList<>();
    try (BatchIterator batches = loader.epoch(0, first)) {
      List<Batch> own = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        own.add(batches.next());
      }
      try (WorkerPool.Results<float[]> results = pool.inOrder(own.iterator(), threads, forward)) {
        while (results.hasNext()) {
          all.add(results.next());
        }
      }
    }
    int bytes = all.stream().mapToInt(f -> Integer.BYTES + f.length * Float.BYTES).sum();
    ByteBuffer out = ByteBuffer.allocate(bytes);
    for (float[] outputs : all) {
      out.putInt(outputs.length);
      out.asFloatBuffer().put(outputs);
      out.position(out.position() + outputs.length * Float.BYTES);
    }
    return out.array();
  }

  private Batch targets(int batch) {
    int from = batch * batchSize;
    int[] indices = IntStream.range(from, Math.min(data.size(), from + batchSize)).toArray();
    return new Batch(indices, data.targets().columns(indices));
  }
}
