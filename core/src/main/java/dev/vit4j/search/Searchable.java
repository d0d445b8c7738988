package dev.vit4j.search;

import dev.vit4j.infer.FeatureOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Vectors of images that can be searched: a feature file, or an index. */
public interface Searchable extends AutoCloseable {
  /**
   * Opens a feature file, or the folder of an index.
   *
   * @param threads number of threads that search, at least 1
   * @throws IOException as {@link FeatureIndex#open} and {@link VectorIndex#open}
   */
  static Searchable open(Path file, int threads) throws IOException {
    return VectorIndex.isIndex(file)
        ? VectorIndex.open(file, threads)
        : FeatureIndex.open(file, threads);
  }

  /** The file or folder. */
  Path file();

  /** The folders where images with relative names may be, next to the current folder. */
  Set<Path> folders();

  /** Number of vectors. */
  int size();

  /** Length of a vector. */
  int dim();

  /** What is said about the model that computed the vectors. */
  FeatureOrigin origin();

  /**
   * Returns the vectors nearest to a query, best first; of equal scores the one with the smaller
   * row comes first.
   *
   * @param query [D], of any length but 0
   * @param k number of results, 1 to N
   * @throws IllegalArgumentException if k or the query is unusable
   * @throws IOException if a file is damaged
   */
  List<Match> search(float[] query, int k) throws IOException;

  @Override
  void close();
}
