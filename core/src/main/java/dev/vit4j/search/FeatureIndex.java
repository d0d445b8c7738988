package dev.vit4j.search;

import dev.vit4j.format.Count;
import dev.vit4j.format.FormatException;
import dev.vit4j.infer.Digest;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a feature file, as {@link dev.vit4j.infer.FeatureFile} writes it, opened for
 * search by cosine. The file is memory-mapped; besides, there are 4 bytes per vector and the names.
 * Vectors need not have length 1. Thread-safe.
 */
public final class FeatureIndex implements Searchable {
  /** Candidates by f32 products beyond k that are scored again in double precision. */
  private static final int SPARE = 32;

  private static final int BLOCKS_PER_TASK = 64;
  private static final int QUERIES_PER_PASS = 256;

  /** Norms between these are precise in f32. */
  private static final float SMALL = 0x1p-50f;

  private static final float LARGE = 0x1p50f;

  private final FeatureReader file;
  private final MappedRows rows;
  private final float[] scale; // 1 / norm, 0 of a zero row, NaN if f32 cannot hold the squares
  private final WorkerPool pool;
  private final int threads;
  private String fingerprint = ""; // computed when it is needed

  /**
   * Opens vectors whose scales are known.
   *
   * @param scale of each vector, see the field
   */
  FeatureIndex(FeatureReader file, float[] scale, int threads) {
    this.file = file;
    this.rows = file.rows();
    this.pool = new WorkerPool("vit4j-search", threads);
    this.threads = threads;
    this.scale = scale;
  }

  /** Opens vectors and computes their scales. */
  FeatureIndex(FeatureReader file, int threads) throws IOException {
    this(file, new float[file.rows().count()], threads);
    boolean opened = false;
    try {
      pool.all(tasks((from, count) -> measure(from, count)));
      opened = true;
    } finally {
      if (!opened) {
        pool.close();
      }
    }
  }

  /**
   * Opens a feature file and computes the norms of its vectors.
   *
   * @param file .safetensors or .npz with {@code features}, f32 [N, D], and names {@code sources}
   * @param threads number of threads that search, at least 1
   * @throws IOException if the file is missing, damaged or has no features, or a vector contains
   *     NaN or infinity
   */
  public static FeatureIndex open(Path file, int threads) throws IOException {
    return new FeatureIndex(FeatureReader.open(file), threads);
  }

  /** Number of vectors. */
  @Override
  public int size() {
    return rows.count();
  }

  /** Length of a vector. */
  @Override
  public int dim() {
    return rows.dim();
  }

  /** The file. */
  @Override
  public Path file() {
    return file.file();
  }

  @Override
  public Set<Path> folders() {
    return Set.of(file.file().toAbsolutePath().resolveSibling(""));
  }

  /** What the file says about the model that computed the features. */
  @Override
  public FeatureOrigin origin() {
    return file.origin();
  }

  /** Whether the file has the names of the images. */
  public boolean hasSources() {
    return file.hasSources();
  }

  /** Returns the name of a vector's image; the row number if the file has no names. */
  public String source(int row) {
    return file.source(row);
  }

  /** Returns a copy of a vector. */
  public float[] vector(int row) {
    float[] vector = new float[dim()];
    rows.copy(row, vector);
    return vector;
  }

  /**
   * Returns the vectors nearest to a query, best first; of equal scores the one with the smaller
   * row comes first. The scores are computed in double precision from exact candidates, so they are
   * the same on every machine.
   *
   * @param query [D], of any length but 0
   * @param k number of results, 1 to N
   * @throws IllegalArgumentException if k or the query is unusable
   */
  @Override
  public List<Match> search(float[] query, int k) {
    return search(List.of(query), k).get(0);
  }

  /**
   * Like {@link #search(float[], int)} for several queries, which share the passes over the file.
   */
  public List<List<Match>> search(List<float[]> queries, int k) {
    requireCount(k);
    List<Cosine> cosines = queries.stream().map(this::cosine).toList();
    List<List<Match>> found = new ArrayList<>();
    for (int from = 0; from < cosines.size(); from += QUERIES_PER_PASS) {
      List<Cosine> some = cosines.subList(from, Math.min(cosines.size(), from + QUERIES_PER_PASS));
      List<TopRows> candidates = candidates(some, (int) Math.min(size(), (long) k + SPARE));
      for (int q = 0; q < some.size(); q++) {
        found.add(best(some.get(q), candidates.get(q).rows(), k));
      }
    }
    return found;
  }

  /** Checks a number of results. */
  void requireCount(int k) {
    if (k < 1 || k > size()) {
      throw new IllegalArgumentException(
          "k = %d: %s has %s: use 1 to %d"
              .formatted(k, file(), Count.of(size(), "vector"), size()));
    }
  }

  /** Prepares a query. */
  Cosine cosine(float[] query) {
    if (query.length != dim()) {
      throw new IllegalArgumentException(
          "a query of %d numbers, but the vectors of %s have %d: use features of the same model"
              .formatted(query.length, file(), dim()));
    }
    return new Cosine(query);
  }

  /** Scores candidates and returns the best. */
  List<Match> best(Cosine query, int[] candidates, int k) {
    float[] row = new float[dim()];
    List<Match> matches = new ArrayList<>();
    for (int index : candidates) {
      rows.copy(index, row);
      matches.add(new Match(index, "", query.with(row)));
    }
    matches.sort(Comparator.comparingDouble(Match::score).reversed().thenComparingInt(Match::row));
    return matches.subList(0, Math.min(k, matches.size())).stream()
        .map(m -> new Match(m.row(), source(m.row()), m.score()))
        .toList();
  }

  /** The rows with the largest f32 products, for each query. */
  private List<TopRows> candidates(List<Cosine> queries, int most) {
    float[] all = new float[queries.size() * dim()];
    for (int q = 0; q < queries.size(); q++) {
      System.arraycopy(queries.get(q).direction(), 0, all, q * dim(), dim());
    }
    try (Scope scope = Scope.open()) {
      Tensor directions = Tensor.of(all, queries.size(), dim()).transpose(0, 1); // [D, Q]
      Tensor matrix = queries.size() == 1 ? directions.reshape(dim()) : directions.contiguous();
      List<TopRows> best = tops(queries.size(), most);
      for (List<TopRows> some :
          pool.all(tasks((from, count) -> scan(from, count, queries, matrix, most)))) {
        for (int q = 0; q < best.size(); q++) {
          best.get(q).addAll(some.get(q));
        }
      }
      return best;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown by the tasks
    }
  }

  private static List<TopRows> tops(int queries, int most) {
    List<TopRows> tops = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      tops.add(new TopRows(most));
    }
    return tops;
  }

  /** Work on rows of whole blocks. */
  @FunctionalInterface
  interface RowTask<T extends @Nullable Object> {
    T run(int from, int count) throws IOException;
  }

  /** Divides the rows into tasks that do not depend on the number of threads. */
  <T extends @Nullable Object> List<Callable<T>> tasks(RowTask<T> work) {
    int step = rows.blockRows() * BLOCKS_PER_TASK;
    List<Callable<T>> tasks = new ArrayList<>();
    for (long from = 0; from < size(); from += step) {
      int first = (int) from;
      int count = (int) Math.min(step, size() - from);
      tasks.add(() -> work.run(first, count));
    }
    return tasks;
  }

  private List<TopRows> scan(int from, int count, List<Cosine> queries, Tensor matrix, int most) {
    List<TopRows> best = tops(queries.size(), most);
    float[] row = new float[dim()];
    for (int start = from; start < from + count; start += rows.blockRows()) {
      int n = Math.min(rows.blockRows(), from + count - start);
      float[] products; // [n, Q]
      try (Scope scope = Scope.open()) {
        products = rows.block(start, n).matmul(matrix).toFloats();
      }
      for (int q = 0; q < best.size(); q++) {
        TopRows top = best.get(q);
        float floor = top.floor();
        for (int i = 0; i < n; i++) {
          float score = products[i * best.size() + q] * scale[start + i];
          if (score <= floor) {
            continue;
          }
          if (Float.isNaN(score)) {
            rows.copy(start + i, row);
            score = (float) queries.get(q).with(row);
          }
          top.add(score, start + i);
          floor = top.floor();
        }
      }
    }
    return best;
  }

  /** Computes the norms of some rows. */
  private @Nullable Void measure(int from, int count) throws FormatException {
    for (int start = from; start < from + count; start += rows.blockRows()) {
      int n = Math.min(rows.blockRows(), from + count - start);
      float[] norms;
      try (Scope scope = Scope.open()) {
        norms = rows.block(start, n).norm(1).toFloats();
      }
      for (int i = 0; i < n; i++) {
        boolean plain = norms[i] > SMALL && norms[i] < LARGE; // false for NaN
        scale[start + i] = plain ? 1 / norms[i] : odd(start + i);
      }
    }
    return null;
  }

  /** The scale of a row whose norm in f32 means nothing. */
  private float odd(int row) throws FormatException {
    double squares = Cosine.squares(vector(row));
    if (!Double.isFinite(squares)) {
      throw new FormatException(
          file().toString(),
          -1,
          "row %d of features%s contains NaN or infinity: compute the features again"
              .formatted(row, hasSources() ? " (" + source(row) + ")" : ""));
    }
    return squares == 0 ? 0 : Float.NaN;
  }

  /** Copies a vector, scaled to length 1; a zero vector remains zero. */
  void unit(int row, float[] to) {
    rows.copy(row, to);
    if (Float.isNaN(scale[row])) {
      System.arraycopy(new Cosine(to.clone()).direction(), 0, to, 0, to.length);
      return;
    }
    for (int i = 0; i < to.length; i++) {
      to[i] *= scale[row];
    }
  }

  /**
   * Returns a digest of all vectors, which tells whether a file beside them is still theirs. It is
   * a SHA-256 of checksums, as fast as memory, and no protection against intent.
   */
  synchronized String fingerprint() throws IOException {
    if (!fingerprint.isEmpty()) {
      return fingerprint;
    }
    List<Long> sums =
        pool.all(
            tasks(
                (from, count) -> {
                  CRC32C sum = new CRC32C();
                  for (int start = from; start < from + count; start += rows.blockRows()) {
                    int n = Math.min(rows.blockRows(), from + count - start);
                    sum.update(rows.bytes(start, n));
                  }
                  return sum.getValue();
                }));
    Digest all = new Digest();
    all.add("%d x %d".formatted(size(), dim()).getBytes(StandardCharsets.UTF_8));
    all.add(sums.toString().getBytes(StandardCharsets.UTF_8));
    fingerprint = all.hex();
    return fingerprint;
  }

  /** Returns the pool that searches. */
  WorkerPool pool() {
    return pool;
  }

  /** Returns the number of threads of the pool. */
  int threads() {
    return threads;
  }

  /** Returns 1 / norm of a vector, 0 of a zero vector, NaN if f32 cannot hold the squares. */
  float scale(int row) {
    return scale[row];
  }

  /** Returns the vectors. */
  MappedRows rows() {
    return rows;
  }

  /** Waits for running searches; later ones throw. */
  @Override
  public void close() {
    pool.close();
  }
}
