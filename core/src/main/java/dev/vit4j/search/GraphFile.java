package dev.vit4j.search;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the graph of a {@link GraphIndex}, a safetensors file of I32 tensors for each
 * level L, 0 being the lowest:
 *
 * <pre>
 * L.nodes      [n] rows on the level, ascending; level 0 has all rows and no such tensor
 * L.ends       [n] where the neighbors of each node end; they begin where those before it end
 * L.neighbors  [m] rows
 * metadata     "format", "fingerprint" of the vectors, "entry": the row where a search begins
 * </pre>
 */
final class GraphFile {
  private static final String FORMAT = "format";
  private static final String VERSION = "vit4j hnsw 1";
  private static final String FINGERPRINT = "fingerprint";
  private static final String ENTRY = "entry";
  private static final int MAX_LEVELS = 64;

  private GraphFile() {}

  static void write(Path file, HnswGraph graph, String fingerprint) throws IOException {
    List<Safetensors.Entry> tensors = new ArrayList<>();
    for (int level = 0; level < graph.numLevels(); level++) {
      int[] nodes = HnswGraph.NodesIterator.getSortedNodes(graph.getNodesOnLevel(level));
      int[] ends = new int[nodes.length];
      long total = 0;
      for (int i = 0; i < nodes.length; i++) {
        total += neighbors(graph, level, nodes[i], null);
        ends[i] = Math.toIntExact(total);
      }
      if (total > Integer.MAX_VALUE / Integer.BYTES) {
        throw new IOException(
            file + ": a graph of %,d edges exceeds 2 GiB: search without it".formatted(total));
      }
      ByteBuffer edges = ints((int) total);
      for (int node : nodes) {
        neighbors(graph, level, node, edges);
      }
      if (level > 0) {
        tensors.add(entry(level + ".nodes", ints(nodes)));
      }
      tensors.add(entry(level + ".ends", ints(ends)));
      tensors.add(entry(level + ".neighbors", edges.flip()));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, VERSION);
    metadata.put(FINGERPRINT, fingerprint);
    metadata.put(ENTRY, Integer.toString(graph.entryNode()));
    Safetensors.write(file, tensors, metadata);
  }

  /** Counts, and copies, the neighbors of a node. */
  private static int neighbors(HnswGraph graph, int level, int node, @Nullable ByteBuffer to)
      throws IOException {
    graph.seek(level, node);
    int count = 0;
    for (int n = graph.nextNeighbor();
        n != DocIdSetIterator.NO_MORE_DOCS;
        n = graph.nextNeighbor()) {
      count++;
      if (to != null) {
        to.putInt(n);
      }
    }
    return count;
  }

  private static ByteBuffer ints(int count) {
    return ByteBuffer.allocate(Math.multiplyExact(count, Integer.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer ints(int[] values) {
    ByteBuffer bytes = ints(values.length);
    bytes.asIntBuffer().put(values);
    return bytes;
  }

  private static Safetensors.Entry entry(String name, ByteBuffer data) {
    return new Safetensors.Entry(
        name, DType.I32, new long[] {data.remaining() / Integer.BYTES}, data);
  }

  /** Returns the fingerprint of the vectors of a graph; empty if the file is of another kind. */
  static String fingerprint(Safetensors file) {
    return VERSION.equals(file.metadata().get(FORMAT))
        ? file.metadata().getOrDefault(FINGERPRINT, "")
        : "";
  }

  /**
   * Reads a graph.
   *
   * @param rows number of vectors
   * @throws FormatException if it is not a graph of this number of vectors
   */
  static StoredGraph read(Path path, Safetensors file, int rows) throws IOException {
    List<StoredGraph.Level> levels = new ArrayList<>();
    while (levels.size() < MAX_LEVELS && file.tensors().containsKey(levels.size() + ".ends")) {
      levels.add(level(path, file, levels.size(), rows));
    }
    int entry = -1;
    try {
      entry = Integer.parseInt(file.metadata().getOrDefault(ENTRY, ""));
    } catch (NumberFormatException e) {
      // reported below
    }
    if (levels.isEmpty() || levels.get(levels.size() - 1).place(entry) < 0) {
      throw damaged(path, "its entry '%s'".formatted(file.metadata().get(ENTRY)));
    }
    return new StoredGraph(levels, entry, rows);
  }

  private static StoredGraph.Level level(Path path, Safetensors file, int level, int rows)
      throws IOException {
    IntBuffer ends = ints(path, file, level + ".ends");
    IntBuffer neighbors = ints(path, file, level + ".neighbors");
    IntBuffer nodes = level == 0 ? null : ints(path, file, level + ".nodes");
    if (ends.limit() != (nodes == null ? rows : nodes.limit())) {
      throw damaged(path, "the number of nodes on level " + level);
    }
    int last = -1;
    for (int i = 0; nodes != null && i < nodes.limit(); i++) {
      if (nodes.get(i) <= last || nodes.get(i) >= rows) {
        throw damaged(path, "node %d on level %d".formatted(nodes.get(i), level));
      }
      last = nodes.get(i);
    }
    int end = 0;
    for (int i = 0; i < ends.limit(); i++) {
      if (ends.get(i) < end || ends.get(i) > neighbors.limit()) {
        throw damaged(path, "the end of node %d on level %d".formatted(i, level));
      }
      end = ends.get(i);
    }
    StoredGraph.Level read = new StoredGraph.Level(nodes, ends, neighbors, rows);
    for (int i = 0; i < neighbors.limit(); i++) {
      if (read.place(neighbors.get(i)) < 0) {
        throw damaged(path, "neighbor %d on level %d".formatted(neighbors.get(i), level));
      }
    }
    return read;
  }

  private static IntBuffer ints(Path path, Safetensors file, String name) throws IOException {
    TensorInfo info = file.tensors().get(name);
    if (info == null || info.dtype() != DType.I32 || info.shape().length != 1) {
      throw damaged(path, "tensor '%s'".formatted(name));
    }
    return file.data(name).asIntBuffer();
  }

  private static FormatException damaged(Path path, String what) {
    return new FormatException(
        path.toString(), -1, "%s is wrong: delete the file to build it again".formatted(what));
  }
}
