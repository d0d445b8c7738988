package dev.vit4j.bench;

import dev.vit4j.search.FeatureIndex;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Exact search in a feature file: {@code FILE [THREADS [QUERIES]]}; the time to open it with the
 * first query, the median of single queries, and of 32 at once. {@code bench/peers/search.py} makes
 * the file and is the peer.
 */
public final class SearchBench {
  private static final int K = 10;
  private static final int BATCH = 32;

  private SearchBench() {}

  /** See above. */
  public static void main(String[] args) throws IOException {
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    int count = args.length > 2 ? Integer.parseInt(args[2]) : 20;
    long start = System.nanoTime();
    Threads.get(); // loads libtorch
    System.out.printf(Locale.ROOT, "libtorch loaded in %.3f s%n", seconds(start));
    start = System.nanoTime();
    try (FeatureIndex index = FeatureIndex.open(Path.of(args[0]), threads)) {
      double opened = seconds(start);
      List<float[]> queries = queries(index.dim(), count + BATCH);
      long first = System.nanoTime();
      index.search(queries.get(0), K);
      System.out.printf(
          Locale.ROOT,
          "%,d x %d: opened in %.3f s, first query %.3f s%n",
          index.size(),
          index.dim(),
          opened,
          seconds(first));
      double[] times = new double[count];
      for (int i = 0; i < count; i++) {
        long now = System.nanoTime();
        index.search(queries.get(i), K);
        times[i] = 1e3 * seconds(now);
      }
      Arrays.sort(times);
      long now = System.nanoTime();
      index.search(queries.subList(count, count + BATCH), K);
      System.out.printf(
          Locale.ROOT,
          "one query: median %.1f ms, best %.1f ms; %d at once: %.1f ms each (%d threads)%n",
          times[count / 2],
          times[0],
          BATCH,
          1e3 * seconds(now) / BATCH,
          threads);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static List<float[]> queries(int dim, int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<float[]> queries = new ArrayList<>();
    for (int q = 0; q < count; q++) {
      float[] query = new float[dim];
      for (int i = 0; i < dim; i++) {
        query[i] = (float) random.nextGaussian();
      }
      queries.add(query);
    }
    return queries;
  }
}
