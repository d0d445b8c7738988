package dev.vit4j.search;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Vectors with a graph, opened for search. Thread-safe. */
final class Segment implements AutoCloseable {
  private final FeatureIndex vectors;
  private final Recall recall;
  private final @Nullable Links links;

  /**
   * The graph.
   *
   * @param form of the codes
   * @param codes [N, width]
   */
  record Links(Codes form, IntBuffer codes, GraphLevels levels) {}

  /** Joins vectors and their graph, null without one. */
  Segment(FeatureIndex vectors, @Nullable Links links, Recall recall) {
    this.vectors = vectors;
    this.links = links;
    this.recall = recall;
  }

  /**
   * Opens the file of a segment.
   *
   * @param threads number of threads of an exact search
   */
  static Segment open(Path path, int threads) throws IOException {
    SegmentFile file = SegmentFile.open(path);
    FeatureReader reader = new FeatureReader(path, file.rows(), file.names(), file.origin());
    return new Segment(
        new FeatureIndex(reader, file.scales(), threads), file.links(), file.recall());
  }

  FeatureIndex vectors() {
    return vectors;
  }

  Recall recall() {
    return recall;
  }

  boolean hasGraph() {
    return links != null;
  }

  /**
   * Finds the nearest vectors, exactly without a graph.
   *
   * @param k at most the number of vectors
   * @param candidates of a graph; more than all are all
   * @throws FormatException if the graph is damaged
   */
  List<Match> search(Cosine query, int k, int candidates) throws IOException {
    if (links == null || candidates >= vectors.size()) {
      return vectors.search(query.vector(), k);
    }
    int[] code = links.form().encode(query.direction());
    CodeScorer scorer = new CodeScorer(links.form(), links.codes(), vectors.size(), code);
    int[] rows;
    try {
      rows = GraphSearch.search(links.levels(), scorer, candidates);
    } catch (GraphLevels.BadLink e) {
      throw SegmentFile.damaged(vectors.file(), String.valueOf(e.getMessage()));
    }
    return vectors.best(query, rows, k);
  }

  @Override
  public void close() {
    vectors.close();
  }
}
