package dev.vit4j.search;

import java.nio.IntBuffer;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/** Scores stored rows of codes by their approximate cosine to one row. For one thread. */
final class CodeScorer implements RandomVectorScorer {
  private final Codes form;
  private final IntBuffer codes;
  private final int count;
  private final Codes.Side side;
  private final int[] row;

  /**
   * Creates a scorer.
   *
   * @param codes [N, width] of the form
   * @param query a row of codes
   */
  CodeScorer(Codes form, IntBuffer codes, int count, int[] query) {
    this.form = form;
    this.codes = codes;
    this.count = count;
    this.side = form.new Side().set(query);
    this.row = new int[form.width()];
  }

  /** Scores against any stored row, for building a graph. */
  record Supplier(Codes form, IntBuffer codes, int count) implements RandomVectorScorerSupplier {
    @Override
    public RandomVectorScorer scorer(int row) {
      int[] query = new int[form.width()];
      form.copy(codes, row, query);
      return new CodeScorer(form, codes, count, query);
    }

    @Override
    public RandomVectorScorerSupplier copy() {
      return this;
    }
  }

  @Override
  public float score(int node) {
    form.copy(codes, node, row);
    return side.score(row);
  }

  @Override
  public int maxOrd() {
    return count;
  }
}
