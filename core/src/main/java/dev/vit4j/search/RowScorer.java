package dev.vit4j.search;

import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/** Scores rows of an index by their cosine to a vector of length 1, for one thread. */
final class RowScorer implements RandomVectorScorer {
  private static final int WAYS = 8;

  private final FeatureIndex index;
  private final float[] direction;
  private final float[] row;

  RowScorer(FeatureIndex index, float[] direction) {
    this.index = index;
    this.direction = direction;
    this.row = new float[direction.length];
  }

  /** Scores against any row, for building a graph. */
  record Supplier(FeatureIndex index) implements RandomVectorScorerSupplier {
    @Override
    public RandomVectorScorer scorer(int row) {
      float[] direction = new float[index.dim()];
      index.unit(row, direction);
      return new RowScorer(index, direction);
    }

    @Override
    public RandomVectorScorerSupplier copy() {
      return this;
    }
  }

  @Override
  public float score(int node) {
    float scale = index.copy(node, row);
    if (Float.isNaN(scale)) {
      index.unit(node, row);
      scale = 1;
    }
    return dot() * scale;
  }

  /** A product with several sums, which the processor adds at the same time. */
  private float dot() {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i + WAYS <= row.length; i += WAYS) {
      a += direction[i] * row[i];
      b += direction[i + 1] * row[i + 1];
      c += direction[i + 2] * row[i + 2];
      d += direction[i + 3] * row[i + 3];
      e += direction[i + 4] * row[i + 4];
      f += direction[i + 5] * row[i + 5];
      g += direction[i + 6] * row[i + 6];
      h += direction[i + 7] * row[i + 7];
    }
    for (; i < row.length; i++) {
      a += direction[i] * row[i];
    }
    return a + b + c + d + e + f + g + h;
  }

  @Override
  public int maxOrd() {
    return index.size();
  }
}
