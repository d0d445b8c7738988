package dev.vit4j.bench;

import dev.vit4j.search.FeatureIndex;
import dev.vit4j.search.Match;
import dev.vit4j.search.VectorIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Recall and speed of an index on one thread beside exact search: {@code IndexBench INDEX FEATURES
 * [QUERIES]}. Without a file of queries they are vectors of the features with noise; {@code
 * bench/peers/search.py FILE --make N D --clusters C} makes features.
 */
public final class IndexBench {
  private static final int K = 10;
  private static final int QUERIES = 500;
  private static final double NOISE = 0.5; // its length beside that of a vector
  private static final double[] PERCENTILES = {0.5, 0.99};

  private IndexBench() {}

  /** See above. */
  public static void main(String[] args) throws IOException {
    long start = System.nanoTime();
    try (VectorIndex index = VectorIndex.open(Path.of(args[0]), 1)) {
      System.out.printf(
          Locale.ROOT,
          "%,d x %d in %d segments: opened in %.1f ms%n",
          index.size(),
          index.dim(),
          index.segments(),
          (System.nanoTime() - start) / 1e6);
      List<float[]> queries = new ArrayList<>();
      List<List<Match>> exact;
      int cores = Runtime.getRuntime().availableProcessors();
      try (FeatureIndex features = FeatureIndex.open(Path.of(args[1]), cores)) {
        queries.addAll(args.length > 2 ? stored(Path.of(args[2])) : moved(features));
        exact = features.search(queries, K);
      }
      for (int candidates : new int[] {0, 16, 32, 64, 96, 128, 192, 256, 400}) {
        measure(index, queries, exact, candidates);
      }
    }
  }

  private static void measure(
      VectorIndex index, List<float[]> queries, List<List<Match>> exact, int candidates)
      throws IOException {
    for (float[] query : queries) { // warm-up
      index.search(query, K, candidates);
    }
    double[] ms = new double[queries.size()];
    int hits = 0;
    for (int q = 0; q < ms.length; q++) {
      long start = System.nanoTime();
      List<Match> found = index.search(queries.get(q), K, candidates);
      ms[q] = (System.nanoTime() - start) / 1e6;
      Set<Integer> rows = found.stream().map(Match::row).collect(Collectors.toSet());
      Set<Integer> hit = new HashSet<>(exact.get(q).stream().map(Match::row).toList());
      hit.retainAll(rows);
      hits += hit.size();
    }
    Arrays.sort(ms);
    System.out.printf(
        Locale.ROOT,
        "%s: recall@%d %.4f, ms per query: median %.2f, p99 %.2f%n",
        candidates == 0 ? "default" : candidates + " candidates",
        K,
        hits / (double) (K * ms.length),
        ms[(int) (PERCENTILES[0] * ms.length)],
        ms[(int) (PERCENTILES[1] * ms.length)]);
  }

  private static List<float[]> stored(Path file) throws IOException {
    try (FeatureIndex queries = FeatureIndex.open(file, 1)) {
      List<float[]> all = new ArrayList<>();
      for (int row = 0; row < Math.min(2 * QUERIES, queries.size()); row++) {
        all.add(queries.vector(row));
      }
      return all;
    }
  }

  private static List<float[]> moved(FeatureIndex index) {
    SplittableRandom random = new SplittableRandom(7);
    List<float[]> queries = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      float[] query = index.vector(random.nextInt(index.size()));
      double squares = 0;
      for (float x : query) {
        squares += (double) x * x;
      }
      double noise = NOISE * Math.sqrt(squares / query.length);
      for (int i = 0; i < query.length; i++) {
        query[i] += (float) (noise * random.nextGaussian());
      }
      queries.add(query);
    }
    return queries;
  }
}
