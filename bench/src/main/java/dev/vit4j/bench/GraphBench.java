package dev.vit4j.bench;

import dev.vit4j.search.FeatureIndex;
import dev.vit4j.search.GraphIndex;
import dev.vit4j.search.Match;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Recall and speed of the graph of a feature file, {@code FILE}, which is built if it is missing.
 * The queries are vectors of the file with noise; {@code bench/peers/search.py FILE --make N D
 * --clusters C} makes one.
 */
public final class GraphBench {
  private static final int K = 10;
  private static final int QUERIES = 500;
  private static final double NOISE = 0.5; // its norm for a vector of length 1

  private GraphBench() {}

  /** See above. */
  public static void main(String[] args) throws IOException {
    try (FeatureIndex index =
        FeatureIndex.open(Path.of(args[0]), Runtime.getRuntime().availableProcessors())) {
      long start = System.nanoTime();
      if (!GraphIndex.isBuilt(index)) {
        GraphIndex.build(index, vectors -> {});
        System.out.printf(
            Locale.ROOT, "built in %.0f s on one thread%n", (System.nanoTime() - start) / 1e9);
      }
      GraphIndex graph = GraphIndex.open(index);
      List<float[]> queries = queries(index);
      index.search(queries.subList(0, 5), K); // warm-up
      start = System.nanoTime();
      List<List<Match>> exact = new ArrayList<>();
      for (float[] query : queries) {
        exact.add(index.search(query, K));
      }
      System.out.printf(
          Locale.ROOT,
          "%,d x %d: exact %.2f ms a query%n",
          index.size(),
          index.dim(),
          (System.nanoTime() - start) / 1e6 / QUERIES);
      for (int breadth : new int[] {10, 50, 100, 200, 400}) {
        measure(graph, queries, exact, breadth);
      }
    }
  }

  private static void measure(
      GraphIndex graph, List<float[]> queries, List<List<Match>> exact, int breadth) {
    for (float[] query : queries) { // warm-up
      graph.search(query, K, breadth);
    }
    int hits = 0;
    long start = System.nanoTime();
    List<List<Match>> found = new ArrayList<>();
    for (float[] query : queries) {
      found.add(graph.search(query, K, breadth));
    }
    double ms = (System.nanoTime() - start) / 1e6 / QUERIES;
    for (int q = 0; q < QUERIES; q++) {
      Set<Integer> rows = exact.get(q).stream().map(Match::row).collect(Collectors.toSet());
      Set<Integer> hit = new HashSet<>(found.get(q).stream().map(Match::row).toList());
      hit.retainAll(rows);
      hits += hit.size();
    }
    System.out.printf(
        Locale.ROOT,
        "breadth %d: recall@%d %.4f, %.2f ms a query%n",
        breadth,
        K,
        hits / (double) (K * QUERIES),
        ms);
  }

  private static List<float[]> queries(FeatureIndex index) {
    SplittableRandom random = new SplittableRandom(7);
    List<float[]> queries = new ArrayList<>();
    double noise = NOISE / Math.sqrt(index.dim());
    for (int q = 0; q < QUERIES; q++) {
      float[] query = index.vector(random.nextInt(index.size()));
      for (int i = 0; i < query.length; i++) {
        query[i] += (float) (noise * random.nextGaussian());
      }
      queries.add(query);
    }
    return queries;
  }
}
