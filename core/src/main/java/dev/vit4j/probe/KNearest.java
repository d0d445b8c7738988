package dev.vit4j.probe;

import dev.vit4j.format.Count;
import dev.vit4j.head.Unit;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * k nearest neighbors: the classes of the k most similar training samples vote.
 *
 * @param k number of neighbors, at least 1
 * @param metric distance of vectors
 * @param weights weight of a neighbor's vote
 * @param temperature temperature of {@link Weights#SOFTMAX}, above 0
 */
public record KNearest(int k, Metric metric, Weights weights, double temperature) {
  /** Kind of the probes. */
  public static final String KIND = "knn";

  /** Distance of two vectors. */
  public enum Metric {
    /** 1 - cosine of the angle. */
    COSINE,
    EUCLIDEAN
  }

  /** Weight of a vote. */
  public enum Weights {
    /** 1, as scikit-learn's {@code uniform}. */
    UNIFORM,
    /** 1 / distance, as scikit-learn's {@code distance}: neighbors at distance 0 outvote others. */
    DISTANCE,
    /** exp(-distance / temperature), as DINO's evaluation (Caron et al. 2021), up to a factor. */
    SOFTMAX
  }

  /** Checks the ranges. */
  public KNearest {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, not " + k);
    }
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature must be above 0, not " + temperature);
    }
  }

  /** DINO's evaluation: cosine, softmax with temperature 0.07. */
  public static KNearest dino(int k) {
    return new KNearest(k, Metric.COSINE, Weights.SOFTMAX, 0.07);
  }

  /**
   * Stores the training samples.
   *
   * @throws IllegalArgumentException if the features have no labels or fewer than two classes or k
   *     samples
   */
  public Probe fit(Features train) {
    int[] classes = Labels.twoOrMore(train);
    if (k > train.size()) {
      throw new IllegalArgumentException(
          "k is %d, but %s has only %s"
              .formatted(k, train.origin().source(), Count.of(train.size(), "sample")));
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("k", k);
    settings.put("metric", metric.name().toLowerCase(Locale.ROOT));
    settings.put("weights", weights.name().toLowerCase(Locale.ROOT));
    settings.put("temperature", temperature);
    try (Scope scope = Scope.open()) {
      Tensor x = train.tensor();
      Tensor keys = Scope.own(metric == Metric.COSINE ? Unit.rows(x) : x);
      Tensor columns = Scope.own(Labels.columns(train, classes));
      return new Probe(
          Probe.About.of(KIND, train, classes, settings),
          new NeighborsHead(this, classes.length, keys, columns));
    }
  }

  static Module read(Stored stored) throws IOException {
    KNearest settings =
        new KNearest(
            (int) stored.number("k"),
            stored.choice("metric", Metric.class),
            stored.choice("weights", Weights.class),
            stored.number("temperature"));
    int classes = stored.about().classes().size();
    Tensor keys = stored.tensor(NeighborsHead.KEYS, -1, stored.about().dim());
    if (settings.k() > keys.size(0)) {
      throw stored.wrong("has %d samples, fewer than k".formatted(keys.size(0)));
    }
    return new NeighborsHead(
        settings, classes, keys, stored.columns(NeighborsHead.COLUMNS, keys.size(0), classes));
  }
}
