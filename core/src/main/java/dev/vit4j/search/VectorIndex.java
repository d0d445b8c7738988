package dev.vit4j.search;

import dev.vit4j.format.Count;
import dev.vit4j.format.FormatException;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.parallel.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * An index that {@link IndexWriter} built, opened for approximate search by cosine in millions of
 * vectors. It is memory-mapped: it opens in milliseconds, and the memory has 4 bytes per vector.
 * Scores are exact, but some of the nearest vectors may be missing ({@link #recall}). Thread-safe.
 *
 * <p>It stays at the state in which it was opened, also while another process adds vectors. Opening
 * makes the quick check of {@link dev.vit4j.format.FileCheck}; {@link #verify} reads everything.
 */
public final class VectorIndex implements Searchable {
  private static final int ATTEMPTS = 10;

  private final Path folder;
  private final IndexManifest manifest;
  private final List<Segment> segments;
  private final int[] starts; // row of the first vector of each segment
  private final WorkerPool pool;
  private final int threads;

  private VectorIndex(Path folder, IndexManifest manifest, List<Segment> segments, int threads) {
    this.folder = folder;
    this.manifest = manifest;
    this.segments = List.copyOf(segments);
    this.threads = threads;
    this.pool = new WorkerPool("vit4j-search", threads);
    this.starts = new int[segments.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + segments.get(i - 1).vectors().size();
    }
  }

  /** Returns whether a path is the folder of an index. */
  public static boolean isIndex(Path folder) {
    return IndexManifest.isIn(folder);
  }

  /**
   * Opens an index.
   *
   * @param threads number of threads of a search, which share the segments, at least 1
   * @throws FormatException if it is missing or damaged
   */
  public static VectorIndex open(Path folder, int threads) throws IOException {
    for (int attempt = 1; ; attempt++) {
      IndexManifest manifest = IndexManifest.read(folder);
      try {
        return new VectorIndex(folder, manifest, openAll(folder, manifest, threads), threads);
      } catch (FormatException e) {
        // A writer may have replaced segments after the list was read.
        boolean replaced =
            manifest.segments().stream().anyMatch(s -> !Files.exists(folder.resolve(s.file())));
        if (!replaced || attempt == ATTEMPTS || manifest.equals(IndexManifest.read(folder))) {
          throw e;
        }
      }
    }
  }

  private static List<Segment> openAll(Path folder, IndexManifest manifest, int threads)
      throws IOException {
    List<Segment> segments = new ArrayList<>();
    try {
      for (IndexManifest.Stored stored : manifest.segments()) {
        Path file = folder.resolve(stored.file());
        stored.check().requireQuick(file);
        Segment segment = Segment.open(file, threads);
        segments.add(segment);
        if (segment.vectors().size() != stored.count()
            || segment.vectors().dim() != manifest.dim()) {
          throw SegmentFile.damaged(
              file, "is not the segment that %s describes".formatted(IndexManifest.NAME));
        }
      }
      return segments;
    } catch (IOException | RuntimeException e) {
      segments.forEach(Segment::close);
      throw e;
    }
  }

  @Override
  public Path file() {
    return folder;
  }

  /** The folder of the index, and those of the feature files when they were added. */
  @Override
  public Set<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    folders.add(folder.toAbsolutePath().resolveSibling(""));
    sources().forEach(file -> folders.add(Path.of(file).toAbsolutePath().resolveSibling("")));
    return folders;
  }

  @Override
  public int size() {
    return (int) manifest.count();
  }

  @Override
  public int dim() {
    return manifest.dim();
  }

  @Override
  public FeatureOrigin origin() {
    return segments.get(0).vectors().origin();
  }

  /** Number of segments. */
  public int segments() {
    return segments.size();
  }

  /** Number of vectors of a segment. */
  public int size(int segment) {
    return segments.get(segment).vectors().size();
  }

  /** What was measured when a segment was built; no queries if it is searched exactly. */
  public Recall recall(int segment) {
    return segments.get(segment).recall();
  }

  /** The feature files that were added, as paths at that time. */
  public List<String> sources() {
    return manifest.sources().stream().map(IndexManifest.Source::file).toList();
  }

  /**
   * Reads all files and compares their checksums.
   *
   * @throws FormatException if one is damaged
   */
  public void verify() throws IOException {
    for (IndexManifest.Stored stored : manifest.segments()) {
      stored.check().requireFull(folder.resolve(stored.file()));
    }
  }

  /**
   * Returns vectors near to a query, best first, with the number of candidates at which each graph
   * reached a recall of {@link Recall#TARGET}, or 2 k if that is more.
   *
   * @throws IOException if the index is damaged, or was changed while it is open
   */
  @Override
  public List<Match> search(float[] query, int k) throws IOException {
    return search(query, k, 0);
  }

  /**
   * Returns vectors near to a query, best first.
   *
   * @param query [D], of any length but 0
   * @param k number of results, 1 to N
   * @param candidates number of candidates in each segment, at least k: more find more of the
   *     nearest and take longer; N or more make the search exact; 0 as {@link #search(float[],
   *     int)}
   * @throws IllegalArgumentException if k, the candidates or the query are unusable
   * @throws IOException as {@link #search(float[], int)}
   */
  public List<Match> search(float[] query, int k, int candidates) throws IOException {
    if (k < 1 || k > size()) {
      throw new IllegalArgumentException(
          "k = %d: %s has %s: use 1 to %d"
              .formatted(k, folder, Count.of(size(), "vector"), size()));
    }
    if (candidates != 0 && candidates < k) {
      throw new IllegalArgumentException(
          "candidates must be at least k = %d, not %d".formatted(k, candidates));
    }
    Cosine cosine = segments.get(0).vectors().cosine(query);
    List<Callable<List<Match>>> tasks = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      int segment = i;
      tasks.add(() -> search(segment, cosine, k, candidates));
    }
    List<Match> all = new ArrayList<>();
    try {
      if (threads == 1 || tasks.size() == 1) {
        for (int i = 0; i < segments.size(); i++) {
          all.addAll(search(i, cosine, k, candidates));
        }
      } else {
        pool.allWithCaller(tasks).forEach(all::addAll);
      }
    } catch (UncheckedIOException e) { // of a name
      throw e.getCause();
    } catch (InternalError e) { // a mapped file has become shorter
      throw new IOException(folder + ": a file was cut off while it was open: restore it", e);
    }
    all.sort(Comparator.comparingDouble(Match::score).reversed().thenComparingInt(Match::row));
    return List.copyOf(all.subList(0, Math.min(k, all.size())));
  }

  private List<Match> search(int i, Cosine query, int k, int candidates) throws IOException {
    Segment segment = segments.get(i);
    boolean isNamed = segment.vectors().hasSources();
    int most = Math.min(k, segment.vectors().size());
    int breadth = candidates > 0 ? candidates : Math.max(segment.recall().candidates(), 2 * k);
    List<Match> found = new ArrayList<>();
    for (Match match : segment.search(query, most, breadth)) {
      int row = starts[i] + match.row();
      found.add(new Match(row, isNamed ? match.source() : Integer.toString(row), match.score()));
    }
    return found;
  }

  /** Waits for running searches; later ones throw. */
  @Override
  public void close() {
    pool.close();
    segments.forEach(Segment::close);
  }
}
