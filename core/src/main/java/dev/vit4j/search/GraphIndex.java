package dev.vit4j.search;

import dev.vit4j.format.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.hnsw.HnswGraphBuilder;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * Approximate search in a feature file that is too large for {@link FeatureIndex#search}: a graph
 * of near neighbors on several levels (Malkov and Yashunin 2018, Efficient and robust approximate
 * nearest neighbor search using Hierarchical Navigable Small World graphs), built and searched by
 * Lucene. It is stored beside the feature file, as {@code FILE.hnsw}, without the vectors. Scores
 * are exact; some of the nearest vectors may be missing. Thread-safe.
 */
public final class GraphIndex {
  /** Neighbors per vector, twice as many on the lowest level. */
  private static final int NEIGHBORS = 16;

  /** Candidates while building. */
  private static final int BUILD_BREADTH = 100;

  private static final long SEED = 42;
  private static final int TOLD = 1000; // vectors between two calls of the listener

  private final FeatureIndex index;
  private final StoredGraph graph;

  private GraphIndex(FeatureIndex index, StoredGraph graph) {
    this.index = index;
    this.graph = graph;
  }

  /** Progress listener, which can stop the work by an exception. */
  @FunctionalInterface
  public interface Watch {
    /** Called from time to time with the number of vectors in the graph. */
    void done(int vectors) throws IOException;
  }

  /** Returns the file with the graph of a feature file. */
  public static Path file(Path features) {
    return features.resolveSibling(features.getFileName() + ".hnsw");
  }

  /** Returns whether there is a graph of exactly these vectors. */
  public static boolean isBuilt(FeatureIndex index) throws IOException {
    Path file = file(index.file());
    if (!Files.exists(file)) {
      return false;
    }
    try (Safetensors stored = Safetensors.open(file)) {
      return GraphFile.fingerprint(stored).equals(index.fingerprint());
    }
  }

  /**
   * Builds the graph on one thread and stores it, replacing that of other vectors. The same vectors
   * give the same graph. The file appears when it is complete.
   *
   * @throws IOException if the file cannot be written, or the listener stops the work
   */
  public static void build(FeatureIndex index, Watch watch) throws IOException {
    HnswGraphBuilder builder =
        HnswGraphBuilder.create(new RowScorer.Supplier(index), NEIGHBORS, BUILD_BREADTH, SEED);
    for (int row = 0; row < index.size(); row++) {
      builder.addGraphNode(row);
      if ((row + 1) % TOLD == 0 || row + 1 == index.size()) {
        watch.done(row + 1);
      }
    }
    GraphFile.write(file(index.file()), builder.getCompletedGraph(), index.fingerprint());
  }

  /**
   * Opens the graph of a feature file.
   *
   * @throws IOException if it is missing or damaged, or belongs to other vectors
   */
  public static GraphIndex open(FeatureIndex index) throws IOException {
    Path file = file(index.file());
    try (Safetensors stored = Safetensors.open(file)) {
      if (!GraphFile.fingerprint(stored).equals(index.fingerprint())) {
        throw new IOException(
            "%s is not the graph of %s as it is now: build it again".formatted(file, index.file()));
      }
      return new GraphIndex(index, GraphFile.read(file, stored, index.size()));
    }
  }

  /**
   * Returns vectors near to a query, best first.
   *
   * @param k number of results, 1 to N
   * @param breadth number of candidates, at least k: more find more of the nearest vectors and take
   *     longer
   * @throws IllegalArgumentException as {@link FeatureIndex#search(float[], int)}, or if breadth is
   *     below k
   */
  public List<Match> search(float[] query, int k, int breadth) {
    index.requireCount(k);
    if (breadth < k) {
      throw new IllegalArgumentException(
          "breadth must be at least k = %d, not %d".formatted(k, breadth));
    }
    Cosine cosine = index.cosine(query);
    TopKnnCollector collector =
        new TopKnnCollector(Math.min(breadth, index.size()), Integer.MAX_VALUE);
    try {
      HnswGraphSearcher.search(
          new RowScorer(index, cosine.direction()), collector, graph.copy(), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown by a mapped graph
    }
    ScoreDoc[] found = collector.topDocs().scoreDocs;
    return index.best(cosine, Arrays.stream(found).mapToInt(doc -> doc.doc).toArray(), k);
  }
}
