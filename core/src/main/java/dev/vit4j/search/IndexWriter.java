package dev.vit4j.search;

import dev.vit4j.format.FileCheck;
import dev.vit4j.format.FolderLock;
import dev.vit4j.format.ScratchFile;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.search.IndexManifest.Source;
import dev.vit4j.search.IndexManifest.Stored;
import dev.vit4j.search.SegmentWriter.Part;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;

/**
 * Builds an index, or adds vectors to one, in a folder: {@code index.json} and the files of its
 * segments. A kill at any moment leaves the state before or after, and the next writer removes what
 * is left over. Processes that have the index open go on with its old state. One process writes at
 * a time.
 *
 * <p>Added vectors are joined with the last segments that have no more vectors than they, or no
 * graph, so the number of segments grows with the logarithm of the number of additions.
 */
public final class IndexWriter implements AutoCloseable {
  private final Path folder;
  private final int threads;
  private final Watch watch;
  private final FolderLock lock;
  private final List<Source> sources = new ArrayList<>();
  private final List<Stored> segments = new ArrayList<>();
  private FeatureOrigin origin = FeatureOrigin.UNKNOWN;
  private int dim; // 0 of a new index
  private int most = Integer.MAX_VALUE; // vectors of a segment

  /** Progress listener, which can stop the work by an exception. */
  @FunctionalInterface
  public interface Watch {
    /** Called from time to time with the share of the work on the vectors, 0 to 1. */
    void done(double share) throws IOException;
  }

  private IndexWriter(Path folder, int threads, Watch watch) throws IOException {
    this.folder = folder;
    this.threads = threads;
    this.watch = watch;
    this.lock =
        FolderLock.take(
            folder, folder + ": another process writes to this index: wait until it has ended");
  }

  /**
   * Begins a new index.
   *
   * @param folder does not exist, is empty, or has what an interrupted build left
   * @param threads number of threads; the index does not depend on it
   * @throws IOException if there is something else, or another process writes there
   */
  public static IndexWriter create(Path folder, int threads, Watch watch) throws IOException {
    if (IndexManifest.isIn(folder)) {
      throw new IOException(folder + " is an index already: use --add, or another folder");
    }
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, f -> !isOurs(f))) {
        for (Path file : files) {
          throw new IOException(
              "%s already exists and has other files (%s): use another folder"
                  .formatted(folder, file.getFileName()));
        }
      }
    }
    Files.createDirectories(folder);
    IndexWriter writer = new IndexWriter(folder, threads, watch);
    if (IndexManifest.isIn(folder)) { // built while we waited for the lock
      writer.close();
      throw new IOException(folder + " is an index already: use --add, or another folder");
    }
    return writer.begin();
  }

  /**
   * Opens an index to add vectors.
   *
   * @param threads number of threads; the index does not depend on it
   * @throws IOException if there is no index, it is damaged, or another process writes to it
   */
  public static IndexWriter open(Path folder, int threads, Watch watch) throws IOException {
    IndexManifest.read(folder);
    IndexWriter writer = new IndexWriter(folder, threads, watch);
    try {
      IndexManifest manifest = IndexManifest.read(folder);
      writer.sources.addAll(manifest.sources());
      writer.segments.addAll(manifest.segments());
      writer.dim = manifest.dim();
      Stored first = manifest.segments().get(0);
      writer.origin = SegmentFile.open(folder.resolve(first.file())).origin();
      return writer.begin();
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private static boolean isOurs(Path file) {
    String name = file.getFileName().toString();
    return name.equals(FolderLock.NAME)
        || name.endsWith(".tmp")
        || IndexManifest.SEGMENT.matcher(name).matches();
  }

  /** Removes what an interrupted writer left. */
  private IndexWriter begin() throws IOException {
    ScratchFile.removeLeftovers(folder);
    removeUnused();
    return this;
  }

  private void removeUnused() throws IOException {
    List<String> used = segments.stream().map(Stored::file).toList();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, f -> isOurs(f) && !f.endsWith(FolderLock.NAME) && !used.contains(name(f)))) {
      for (Path file : files) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          // Windows keeps a file that is open elsewhere; the next writer removes it.
        }
      }
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** Number of vectors of the index. */
  public int size() {
    return Math.toIntExact(segments.stream().mapToLong(Stored::count).sum());
  }

  /**
   * Adds the vectors of feature files.
   *
   * @throws IllegalArgumentException if a file has vectors of another model, or is already in the
   *     index
   * @throws IOException if the index cannot be written, or the listener stops the work; the index
   *     is as before then
   */
  public void add(List<FeatureIndex> files) throws IOException {
    List<Source> all = new ArrayList<>(sources);
    long total = size();
    for (FeatureIndex file : files) {
      requireSame(file);
      Source source = new Source(file.file().toString(), file.fingerprint(), file.size());
      for (Source other : all) {
        if (other.fingerprint().equals(source.fingerprint())) {
          throw new IllegalArgumentException(
              "%s: its vectors are already in %s, from %s"
                  .formatted(file.file(), folder, other.file()));
        }
      }
      all.add(source);
      total += file.size();
    }
    if (total > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%,d vectors: an index has at most %,d: build several"
              .formatted(total, Integer.MAX_VALUE));
    }
    List<Stored> kept = new ArrayList<>(segments);
    List<Segment> joined = new ArrayList<>();
    try {
      List<Stored> next = writeSegments(parts(files, kept, joined), kept);
      new IndexManifest(IndexManifest.FORMAT, dim, all, next).write(folder);
      sources.clear();
      sources.addAll(all);
      segments.clear();
      segments.addAll(next);
    } finally {
      joined.forEach(Segment::close);
    }
    removeUnused();
  }

  private void requireSame(FeatureIndex file) {
    FeatureOrigin other = file.origin();
    if (dim == 0) {
      dim = file.dim();
      origin = other;
      if (dim > SegmentFile.MAX_DIM) {
        throw new IllegalArgumentException(
            "%s: vectors of %,d numbers, an index holds at most %,d"
                .formatted(file.file(), dim, SegmentFile.MAX_DIM));
      }
    }
    String difference = null;
    if (file.dim() != dim) {
      difference = "vectors of %d numbers instead of %d".formatted(file.dim(), dim);
    } else if (!other.preprocess().equals(origin.preprocess())) {
      difference =
          "other preprocessing: %s instead of %s"
              .formatted(other.preprocess(), origin.preprocess());
    } else if (!other.fingerprint().equals(origin.fingerprint())) {
      difference =
          "another model: %s instead of %s, with another fingerprint"
              .formatted(other.model(), origin.model());
    }
    if (difference != null) {
      throw new IllegalArgumentException(
          "%s does not belong into %s (%s): compute its features with the same model, or build another index"
              .formatted(file.file(), folder, difference));
    }
  }

  /** Sets the number of vectors of a segment at most, for tests. */
  IndexWriter limit(int vectors) {
    most = vectors;
    return this;
  }

  private int most() {
    return Math.min(most, SegmentWriter.most(dim));
  }

  /** The new vectors, after those of the last segments that they are joined with. */
  private List<Part> parts(List<FeatureIndex> files, List<Stored> kept, List<Segment> joined)
      throws IOException {
    List<Part> parts = new ArrayList<>();
    long rows = 0;
    for (FeatureIndex file : files) {
      parts.add(new Part(file, 0, file.size()));
      rows += file.size();
    }
    while (!kept.isEmpty()) {
      Stored last = kept.get(kept.size() - 1);
      // Few vectors are joined in any case, so that single additions make no segments.
      if (last.count() > Math.max(rows, SegmentWriter.WORTH) || last.count() + rows > most()) {
        break;
      }
      Path file = folder.resolve(last.file());
      last.check().requireFull(file);
      Segment segment = Segment.open(file, threads);
      joined.add(segment);
      parts.add(0, new Part(segment.vectors(), 0, last.count()));
      rows += last.count();
      kept.remove(kept.size() - 1);
    }
    return parts;
  }

  /** Builds segments, as many at the same time as threads and memory allow, each on one thread. */
  private List<Stored> writeSegments(List<Part> parts, List<Stored> kept) throws IOException {
    List<List<Part>> groups = divide(parts, most());
    int[] counts = groups.stream().mapToInt(Part::sum).toArray();
    JointProgress progress = new JointProgress(counts, watch);
    int number = 1 + lastNumber();
    List<Callable<Stored>> tasks = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      int segment = i;
      String name = "segment-%06d.safetensors".formatted(number + i);
      tasks.add(() -> write(name, groups.get(segment), segment, progress));
    }
    List<Stored> next = new ArrayList<>(kept);
    long largest = Arrays.stream(counts).max().orElseThrow();
    long fitting = Runtime.getRuntime().maxMemory() / (SegmentWriter.MEMORY * largest);
    int atOnce = (int) Math.max(1, Math.min(Math.min(threads, tasks.size()), fitting));
    try (WorkerPool pool = new WorkerPool("vit4j-index", atOnce)) {
      next.addAll(pool.all(tasks));
    }
    return next;
  }

  private Stored write(String name, List<Part> parts, int segment, JointProgress progress)
      throws IOException {
    Path file = folder.resolve(name);
    try {
      new SegmentWriter(file, parts, origin, threads).write(done -> progress.done(segment, done));
      return new Stored(name, Part.sum(parts), FileCheck.of(file));
    } catch (IOException e) {
      progress.fail(e);
      throw e;
    }
  }

  /** Cuts vectors into groups of equal sizes, at most {@code most}. */
  static List<List<Part>> divide(List<Part> parts, int most) {
    long total = parts.stream().mapToLong(Part::count).sum();
    long groups = (total + most - 1) / most;
    int size = (int) ((total + groups - 1) / groups);
    List<List<Part>> all = new ArrayList<>();
    List<Part> group = new ArrayList<>();
    int room = size;
    for (Part part : parts) {
      for (int from = 0; from < part.count(); ) {
        int some = Math.min(room, part.count() - from);
        group.add(new Part(part.vectors(), part.from() + from, some));
        from += some;
        room -= some;
        if (room == 0) {
          all.add(List.copyOf(group));
          group.clear();
          room = size;
        }
      }
    }
    if (!group.isEmpty()) {
      all.add(List.copyOf(group));
    }
    return all;
  }

  private int lastNumber() {
    int last = 0;
    for (Stored segment : segments) {
      Matcher matcher = IndexManifest.SEGMENT.matcher(segment.file());
      if (matcher.matches()) {
        last = Math.max(last, Integer.parseInt(matcher.group(1)));
      }
    }
    return last;
  }

  /** Lets other processes write. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
