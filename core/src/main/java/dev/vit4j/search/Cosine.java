package dev.vit4j.search;

/** Cosines in double precision, the same on every machine. */
final class Cosine {
  private final float[] query;
  private final double squares;

  /**
   * Prepares a vector.
   *
   * @throws IllegalArgumentException if it is zero or contains NaN or infinity
   */
  Cosine(float[] query) {
    this.query = query;
    this.squares = squares(query);
    if (!Double.isFinite(squares) || squares == 0) {
      throw new IllegalArgumentException(
          squares == 0
              ? "the query is a vector of zeros, which has no direction"
              : "the query contains NaN or infinity");
    }
  }

  /** Returns the cosine with another vector; 0 if that is zero. */
  double with(float[] row) {
    double dot = 0;
    for (int i = 0; i < row.length; i++) {
      dot += (double) query[i] * row[i];
    }
    double others = squares(row);
    // One root of the product, so that the cosine of a vector with itself is exactly 1.
    return others == 0 ? 0 : Math.max(-1, Math.min(1, dot / Math.sqrt(squares * others)));
  }

  /** Returns the vector itself. */
  float[] vector() {
    return query;
  }

  /** Returns the vector with length 1. */
  float[] direction() {
    double norm = Math.sqrt(squares);
    float[] unit = new float[query.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (query[i] / norm);
    }
    return unit;
  }

  /** Sum of the squares; NaN or infinite only if the vector contains such numbers. */
  static double squares(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    return squares;
  }
}
