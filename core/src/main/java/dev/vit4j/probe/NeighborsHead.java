package dev.vit4j.probe;

import dev.vit4j.head.Unit;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;

/**
 * Votes of the nearest training samples, divided by their sum; for stored vectors, not for
 * training.
 */
final class NeighborsHead extends Module {
  static final String KEYS = "keys";
  static final String COLUMNS = "columns";

  private final KNearest settings;
  private final int classes;
  private final Tensor keys; // f32 [N, D]
  private final long[] columnOf;
  private final Tensor halfSquares; // ½ ‖key‖² [N]

  /**
   * Creates a head that owns the tensors.
   *
   * @param keys training features f32 [N, D], of length 1 for {@link KNearest.Metric#COSINE}
   * @param columns class of each, i64 [N], from 0 to {@code classes} - 1
   */
  NeighborsHead(KNearest settings, int classes, Tensor keys, Tensor columns) {
    this.settings = settings;
    this.classes = classes;
    this.keys = buffer(KEYS, keys);
    buffer(COLUMNS, columns);
    this.columnOf = columns.toLongs();
    try (Scope scope = Scope.open()) {
      this.halfSquares = Scope.own(keys.mul(keys).sum(1).mul(0.5));
    }
  }

  /** [n, D] to [n, K]. */
  @Override
  protected Tensor forward(Tensor x) {
    boolean cosine = settings.metric() == KNearest.Metric.COSINE;
    Tensor queries = cosine ? Unit.rows(x) : x;
    // ½ ‖x - key‖² = ½ ‖x‖² - x · key + ½ ‖key‖²
    Tensor near = queries.matmul(keys.transpose(0, 1)).sub(halfSquares); // [n, N]
    Tensor rows = near.topK(settings.k())[1]; // [n, k]
    int n = (int) x.size(0);
    float[] votes = new float[n * classes];
    for (int i = 0; i < n; i++) {
      try (Scope scope = Scope.open()) {
        Tensor of = rows.select(0, i);
        vote(keys.indexSelect(0, of).sub(queries.select(0, i)), of.toLongs(), votes, i * classes);
      }
    }
    return Tensor.of(votes, n, classes);
  }

  /** Adds the votes of the neighbors, given by their differences from the query [k, D]. */
  private void vote(Tensor differences, long[] rows, float[] votes, int offset) {
    double[] distances = differences.mul(differences).sum(1).toDoubles();
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < distances.length; j++) {
      distances[j] =
          settings.metric() == KNearest.Metric.COSINE
              ? distances[j] / 2 // 1 - cosine, of vectors of length 1
              : Math.sqrt(distances[j]);
      least = Math.min(least, distances[j]);
    }
    double[] weights = new double[distances.length];
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      weights[j] = weight(distances[j], least);
      sum += weights[j];
    }
    for (int j = 0; j < weights.length; j++) {
      votes[offset + (int) columnOf[(int) rows[j]]] += (float) (weights[j] / sum);
    }
  }

  /** Weight relative to that of the nearest, which is 1. */
  private double weight(double distance, double least) {
    return switch (settings.weights()) {
      case UNIFORM -> 1;
      case DISTANCE -> distance == least ? 1 : least / distance;
      case SOFTMAX -> Math.exp((least - distance) / settings.temperature());
    };
  }

  @Override
  public void close() {
    super.close();
    halfSquares.close();
  }
}
