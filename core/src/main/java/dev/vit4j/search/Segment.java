package dev.vit4j.search;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Vectors with a graph, opened for search. Thread-safe. */
final class Segment implements AutoCloseable {
  private final FeatureIndex vectors;
  private final Recall recall;
  private final @Nullable Links links;
  private final ConcurrentLinkedQueue<GraphSearcher> free = new ConcurrentLinkedQueue<>();

  /**
   * The graph.
   *
   * @param form of the codes
   * @param codes [N, width]
   * @param neighbors [N, DEGREE]
   * @param entries rows where a search begins
   */
  record Links(Codes form, IntBuffer codes, IntBuffer neighbors, int[] entries) {}

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
    IntBuffer codes = file.codes();
    FeatureReader reader = new FeatureReader(path, file.rows(), file.names(), file.origin());
    return new Segment(
        new FeatureIndex(reader, file.scales(), threads),
        codes == null
            ? null
            : new Links(new Codes(file.mean()), codes, file.neighbors(), file.entries()),
        file.recall());
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
    GraphSearcher searcher = free.poll();
    if (searcher == null) {
      searcher = new GraphSearcher(links.form(), links.codes(), links.neighbors(), vectors.size());
    }
    int[] code = links.form().encode(query.direction());
    int[] rows;
    try {
      NearestList found =
          searcher.search(code, links.entries(), links.entries().length, candidates);
      rows = new int[found.size()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = found.row(i);
      }
    } catch (GraphSearcher.BadLink e) {
      throw SegmentFile.damaged(vectors.file(), String.valueOf(e.getMessage()));
    }
    free.add(searcher);
    return vectors.best(query, rows, k);
  }

  @Override
  public void close() {
    vectors.close();
  }
}
