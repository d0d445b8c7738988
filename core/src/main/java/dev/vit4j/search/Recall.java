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
 * to 1,000 of its vectors, scaled to length 1 and moved by noise of length 1, so that their cosine
 * to that vector is about 0.7, beside exact search.
 *
 * @param queries number of queries, 0 without a graph
 * @param points recall at several numbers of candidates, ascending
 */
public record Recall(int queries, List<Point> points) {
  /** The share that the default number of candidates reaches. */
  public static final double TARGET = 0.98;

  /** Number of nearest vectors that are compared. */
  public static final int K = 10;

  /** Of a segment without a graph, which is searched exactly. */
  static final Recall EXACT = new Recall(0, List.of());

  private static final int[] CANDIDATES = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};
  private static final int QUERIES = 1000;
  private static final double MARGIN = 0.005; // twice the standard error of the measurement
  private static final double ENOUGH = 0.995;
  private static final double NOISE = 1;
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
    for (int candidates : CANDIDATES) {
      int hits = 0;
      for (int q = 0; q < queries.size(); q++) {
        for (Match match : graph.nearest(queries.get(q), k, candidates)) {
          hits += nearest.get(q).contains(match.row()) ? 1 : 0;
        }
      }
      double recall = hits / (double) (k * queries.size());
      points.add(new Point(candidates, recall));
      if (recall >= ENOUGH) {
        break;
      }
    }
    return new Recall(queries.size(), points);
  }

  /**
   * Number of candidates that reaches {@link #TARGET}, with a margin for the error of the
   * measurement; the largest if none does, 0 without a graph.
   */
  public int candidates() {
    for (Point point : points) {
      if (point.recall() >= TARGET + MARGIN) {
        return point.candidates();
      }
    }
    return points.isEmpty() ? 0 : points.get(points.size() - 1).candidates();
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
      boolean usable =
          recall.points().stream().allMatch(p -> p.candidates() >= 1 && p.candidates() <= MOST);
      if (usable && !recall.points().isEmpty() && recall.queries() > 0) {
        return recall;
      }
    } catch (JacksonException | NullPointerException e) {
      // reported below
    }
    throw SegmentFile.damaged(file, "metadata 'recall' is wrong");
  }
}
