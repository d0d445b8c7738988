package dev.vit4j.search;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.ScratchFile;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the file of a segment. Vectors and codes go through temporary files beside it, so the
 * memory has the graph and the names only: some 700 bytes per vector.
 */
final class SegmentWriter {
  /** From this number of vectors on there is a graph. */
  static final int WORTH = 10_000;

  /** Bytes of memory per vector while a segment is written, at most with short names. */
  static final long MEMORY = 1000;

  private static final int SAMPLED = 10_000; // vectors for the mean
  private static final int AT_ONCE = 1 << 16; // bytes

  private final Path file;
  private final List<Part> parts;
  private final FeatureOrigin origin;
  private final int threads;

  /**
   * Consecutive vectors of an opened file.
   *
   * @param from the first
   */
  record Part(FeatureIndex vectors, int from, int count) {
    /** Whether they have names. */
    boolean isNamed() {
      return vectors.hasSources();
    }

    /** Number of vectors of several parts. */
    static int sum(List<Part> parts) {
      return parts.stream().mapToInt(Part::count).sum();
    }
  }

  /**
   * Prepares a segment.
   *
   * @param parts not empty, vectors of the same length, at most {@link #most}
   */
  SegmentWriter(Path file, List<Part> parts, FeatureOrigin origin, int threads) {
    this.file = file;
    this.parts = parts;
    this.origin = origin;
    this.threads = threads;
  }

  /**
   * Number of vectors of a segment at most: each tensor of the file has at most 2 GiB, and a graph
   * is built by one thread, so smaller segments are built on more cores. They are slower to search:
   * two of half the size take nearly twice as long.
   */
  static int most(int dim) {
    int width = Math.max(Codes.width(dim), dim);
    return Math.min(1 << 20, Integer.MAX_VALUE / (width * Integer.BYTES));
  }

  /** Builds and writes the segment. */
  void write(GraphBuilder.Watch watch) throws IOException {
    int count = Part.sum(parts);
    int dim = parts.get(0).vectors().dim();
    Path folder = file.resolveSibling("");
    List<Safetensors.Entry> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(SegmentFile.FORMAT, SegmentFile.VERSION);
    metadata.putAll(origin.metadata());
    try (ScratchFile vectors = new ScratchFile(folder);
        ScratchFile codes = new ScratchFile(folder)) {
      List<String> names = addNames(tensors, count);
      copyVectors(vectors);
      add(tensors, FeatureFile.FEATURES, DType.F32, vectors.data(), count, dim);
      MappedRows rows = new MappedRows(List.of(vectors.data()), count, dim);
      float[] scales = scales(count);
      add(tensors, SegmentFile.SCALES, DType.F32, SegmentFile.bytes(scales), count);
      if (count >= WORTH) {
        FeatureReader reader = new FeatureReader(file, rows, names, origin);
        try (FeatureIndex all = new FeatureIndex(reader, scales, threads)) {
          metadata.put(SegmentFile.RECALL, graph(all, codes, tensors, watch).toJson());
        }
      }
      watch.done(count);
      Safetensors.write(file, tensors, metadata);
    }
  }

  private Recall graph(
      FeatureIndex all,
      ScratchFile scratch,
      List<Safetensors.Entry> tensors,
      GraphBuilder.Watch watch)
      throws IOException {
    int count = all.size();
    float[] mean = mean(all);
    Codes form = new Codes(mean);
    encode(all, form, scratch);
    IntBuffer codes = scratch.data().asIntBuffer();
    GraphLevels graph = GraphBuilder.build(form, codes, count, watch);
    // Not closed, since that would close the vectors, which are the caller's.
    Segment built = new Segment(all, new Segment.Links(form, codes, graph), Recall.EXACT);
    Recall recall =
        Recall.measure(
            all, (query, k, candidates) -> built.search(new Cosine(query), k, candidates));
    add(tensors, SegmentFile.MEAN, DType.F32, SegmentFile.bytes(mean), mean.length);
    add(tensors, SegmentFile.CODES, DType.I32, scratch.data(), count, form.width());
    addGraph(tensors, graph);
    return recall;
  }

  private static void addGraph(List<Safetensors.Entry> tensors, GraphLevels graph) {
    addInts(tensors, SegmentFile.NEIGHBORS, graph.lowest(), GraphLevels.LOWEST_DEGREE);
    for (int level = 1; level <= graph.upper().size(); level++) {
      GraphLevels.Upper upper = graph.upper().get(level - 1);
      IntBuffer nodes = upper.nodes();
      String neighbors = SegmentFile.name(SegmentFile.NEIGHBORS, level);
      add(
          tensors,
          SegmentFile.name(SegmentFile.NODES, level),
          DType.I32,
          SegmentFile.bytes(nodes),
          nodes.limit());
      addInts(tensors, neighbors, upper.neighbors(), GraphLevels.DEGREE);
    }
    ByteBuffer entry = SegmentFile.bytes(IntBuffer.wrap(new int[] {graph.entry()}));
    add(tensors, SegmentFile.ENTRY, DType.I32, entry, 1);
  }

  private static void addInts(
      List<Safetensors.Entry> tensors, String name, IntBuffer values, int columns) {
    ByteBuffer data = SegmentFile.bytes(values);
    add(tensors, name, DType.I32, data, values.limit() / columns, columns);
  }

  private static void add(
      List<Safetensors.Entry> tensors, String name, DType dtype, ByteBuffer data, long... shape) {
    tensors.add(new Safetensors.Entry(name, dtype, shape, data));
  }

  private void copyVectors(ScratchFile to) throws IOException {
    for (Part part : parts) {
      MappedRows rows = part.vectors().rows();
      int step = rows.blockRows();
      int end = part.from() + part.count();
      for (int at = part.from(); at < end; ) {
        int some = Math.min(end, (at / step + 1) * step) - at; // within a block
        to.append(rows.bytes(at, some));
        at += some;
      }
    }
  }

  private float[] scales(int count) {
    float[] scales = new float[count];
    int at = 0;
    for (Part part : parts) {
      for (int i = 0; i < part.count(); i++) {
        scales[at++] = part.vectors().scale(part.from() + i);
      }
    }
    return scales;
  }

  private static float[] mean(FeatureIndex all) {
    double[] sum = new double[all.dim()];
    float[] unit = new float[all.dim()];
    int some = Math.min(SAMPLED, all.size());
    for (int i = 0; i < some; i++) {
      all.unit((int) ((long) i * all.size() / some), unit);
      for (int d = 0; d < sum.length; d++) {
        sum[d] += unit[d];
      }
    }
    float[] mean = new float[sum.length];
    for (int d = 0; d < sum.length; d++) {
      mean[d] = (float) (sum[d] / some);
    }
    return mean;
  }

  private static void encode(FeatureIndex all, Codes form, ScratchFile to) throws IOException {
    float[] unit = new float[all.dim()];
    int bytes = form.width() * Integer.BYTES;
    ByteBuffer some =
        ByteBuffer.allocate(Math.max(1, AT_ONCE / bytes) * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < all.size(); row++) {
      all.unit(row, unit);
      for (int word : form.encode(unit)) {
        some.putInt(word);
      }
      if (!some.hasRemaining() || row == all.size() - 1) {
        to.append(some.flip());
        some.clear();
      }
    }
  }

  /** Adds the names, if any vector has one; others are named by their rows in their files. */
  private List<String> addNames(List<Safetensors.Entry> tensors, int count) throws IOException {
    if (parts.stream().noneMatch(Part::isNamed)) {
      return List.of();
    }
    List<String> names = new ArrayList<>(count);
    ByteBuffer ends =
        ByteBuffer.allocate(Math.multiplyExact(count, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Part part : parts) {
      for (int i = 0; i < part.count(); i++) {
        String name = part.vectors().source(part.from() + i);
        names.add(name);
        bytes.write(name.getBytes(StandardCharsets.UTF_8));
        ends.putLong(bytes.size());
      }
    }
    add(tensors, SegmentFile.ENDS, DType.I64, ends.flip(), count);
    add(tensors, SegmentFile.BYTES, DType.U8, ByteBuffer.wrap(bytes.toByteArray()), bytes.size());
    return names;
  }
}
