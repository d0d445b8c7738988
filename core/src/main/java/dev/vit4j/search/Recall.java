package dev.vit4j.search;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What share of the true nearest vectors a graph finds, measured when it was built: recall@10 of up
 * to 1,000 of its vectors, scaled to length 1 and moved by noise of length 0.5, beside exact
 * search.
 *
 * @param queries number of queries, 0 without a graph
 * @param points recall at several numbers of candidates, ascending
 * @param candidates number of candidates that reaches {@link #TARGET}; if none does, the largest
 */
public record Recall(int queries, List<Point> points, int candidates) {
  /** The share that the default number of candidates reaches. */
  public static final double TARGET = 0.98;

  /** Number of nearest vectors that are compared. */
  public static final int K = 10;

  /** Of a segment without a graph, which is searched exactly. */
  static final Recall EXACT = new Recall(0, List.of(), 0);

  private static final int[] CANDIDATES = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};
  private static final int QUERIES = 1000;
  private static final double ENOUGH = 0.995;
  private static final double NOISE = 0.5;
  private static final int MOST = 1_000_000;

  /** Copies the list. */
  public Recall {
    points = List.copyOf(points);
  }

  /**
   * A measured value.
   *
   * @param candidates number of candidates
   * @param recall share of the true 10 nearest, 0 to 1
   */
  public record Point(int candidates, double recall) {}

  /** Searches a graph. */
  @FunctionalInterface
  interface Search {
    List<Match> nearest(float[] query, int k, int candidates) throws IOException;
  }

  /** Measures a graph. */
  static Recall measure(FeatureIndex exact, Search graph) throws IOException {
    List<float[]> queries = queries(exact);
    int k = Math.min(K, exact.size());
    List<Set<Integer>> nearest = new ArrayList<>();
    for (List<Match> found : exact.search(queries, k)) {
      nearest.add(new HashSet<>(found.stream().map(Match::row).toList()));
    }
    List<Point> points = new ArrayList<>();
    int chosen = 0;
    for (int candidates : CANDIDATES) {
      int hits = 0;
      for (int q = 0; q < queries.size(); q++) {
        for (Match match : graph.nearest(queries.get(q), k, candidates)) {
          hits += nearest.get(q).contains(match.row()) ? 1 : 0;
        }
      }
      double recall = hits / (double) (k * queries.size());
      points.add(new Point(candidates, recall));
      chosen = chosen == 0 && recall >= TARGET ? candidates : chosen;
      if (recall >= ENOUGH) {
        break;
      }
    }
    int largest = points.get(points.size() - 1).candidates();
    return new Recall(queries.size(), points, chosen == 0 ? largest : chosen);
  }

  private static List<float[]> queries(FeatureIndex index) {
    SplittableRandom random = new SplittableRandom(7);
    int count = Math.min(QUERIES, index.size());
    double noise = NOISE / Math.sqrt(index.dim());
    List<float[]> queries = new ArrayList<>();
    for (int q = 0; q < count; q++) {
      float[] query = new float[index.dim()];
      index.unit((int) ((long) q * index.size() / count), query);
      for (int i = 0; i < query.length; i++) {
        query[i] += (float) (noise * random.nextGaussian());
      }
      queries.add(query);
    }
    return queries;
  }

  /** Returns the form in the metadata of a segment. */
  String toJson() {
    return JsonMapper.shared().writeValueAsString(this);
  }

  /** Reads it. */
  static Recall parse(Path file, String json) throws FormatException {
    try {
      Recall recall = JsonMapper.shared().readValue(json, Recall.class);
      if (recall.candidates() >= 1 && recall.candidates() <= MOST) {
        return recall;
      }
    } catch (JacksonException | NullPointerException e) {
      // reported below
    }
    throw SegmentFile.damaged(file, "metadata 'recall' is wrong");
  }
}
