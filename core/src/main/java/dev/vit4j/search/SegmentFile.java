package dev.vit4j.search;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of a segment of an index, a safetensors file. A segment of few vectors has no graph, and
 * none of the tensors after {@code names.bytes}.
 *
 * <pre>
 * features     F32 [N, D]
 * scales       F32 [N]      1 / norm, 0 of a zero vector, NaN if f32 cannot hold the squares
 * names.ends   I64 [N]      where each name ends in names.bytes; both are left out without names
 * names.bytes  U8 [M]       UTF-8
 * mean         F32 [D]      of the vectors scaled to length 1
 * codes        I32 [N, W]   see {@link Codes}
 * neighbors    I32 [N, 32]  rows; a list ends with -1 unless it is full
 * nodes.L      I32 [n]      rows on level L = 1, 2, ... of the graph, ascending
 * neighbors.L  I32 [n, 16]  rows of that level, as neighbors
 * entry        I32 [1]      row of the highest level where a search begins
 * metadata     "format", {@link FeatureOrigin}, "recall": {@link Recall}
 * </pre>
 *
 * @param names empty without names
 * @param links null without a graph
 */
record SegmentFile(
    MappedRows rows,
    float[] scales,
    List<String> names,
    FeatureOrigin origin,
    Segment.@Nullable Links links,
    Recall recall) {
  static final String FORMAT = "format";
  static final String VERSION = "vit4j index segment 1";
  static final String RECALL = "recall";
  static final String SCALES = "scales";
  static final String ENDS = "names.ends";
  static final String BYTES = "names.bytes";
  static final String MEAN = "mean";
  static final String CODES = "codes";
  static final String NEIGHBORS = "neighbors";
  static final String NODES = "nodes";
  static final String ENTRY = "entry";

  /** Vectors may be this long, so that products of codes fit an int. */
  static final int MAX_DIM = 65_536;

  private static final int MOST_LEVELS = 64;

  /**
   * Opens a file; all but scales and mean stays in the file.
   *
   * @throws FormatException if it is damaged
   */
  static SegmentFile open(Path file) throws IOException {
    try (Safetensors tensors = Safetensors.open(file)) {
      if (!VERSION.equals(tensors.metadata().get(FORMAT))) {
        throw damaged(file, "is '%s', not '%s'".formatted(tensors.metadata().get(FORMAT), VERSION));
      }
      return new Reader(file, tensors).read();
    }
  }

  static FormatException damaged(Path file, String what) {
    return new FormatException(file.toString(), -1, what + ": build the index again");
  }

  static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes = allocate(values.length, Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  static ByteBuffer bytes(IntBuffer values) {
    ByteBuffer bytes = allocate(values.limit(), Integer.BYTES);
    bytes.asIntBuffer().put(values.duplicate());
    return bytes;
  }

  /** Name of a tensor of an upper level of the graph. */
  static String name(String tensor, int level) {
    return tensor + "." + level;
  }

  private static ByteBuffer allocate(int count, int each) {
    return ByteBuffer.allocate(Math.multiplyExact(count, each)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads and checks the tensors. */
  private record Reader(Path file, Safetensors tensors) {
    SegmentFile read() throws IOException {
      long[] shape = shape(FeatureFile.FEATURES, DType.F32, 2);
      if (shape[0] < 1 || shape[1] < 1 || shape[1] > MAX_DIM) {
        throw damaged(file, "features are " + Arrays.toString(shape));
      }
      int count = (int) shape[0];
      int dim = (int) shape[1];
      MappedRows rows = new MappedRows(List.of(data(FeatureFile.FEATURES)), count, dim);
      float[] scales = floats(SCALES, count);
      FeatureOrigin origin = FeatureOrigin.read(file, tensors);
      boolean hasGraph = tensors.tensors().containsKey(CODES);
      return new SegmentFile(
          rows,
          scales,
          names(count),
          origin,
          hasGraph ? links(count, dim) : null,
          hasGraph
              ? Recall.parse(file, tensors.metadata().getOrDefault(RECALL, ""))
              : Recall.EXACT);
    }

    private Segment.Links links(int count, int dim) throws IOException {
      List<GraphLevels.Upper> upper = new ArrayList<>();
      for (int level = 1; tensors.tensors().containsKey(name(NODES, level)); level++) {
        if (level > MOST_LEVELS) {
          throw damaged(file, "the graph has more than %d levels".formatted(MOST_LEVELS));
        }
        long some = shape(name(NODES, level), DType.I32, 1)[0];
        upper.add(
            new GraphLevels.Upper(
                ints(name(NODES, level), some),
                ints(name(NEIGHBORS, level), some, GraphLevels.DEGREE)));
      }
      int entry = ints(ENTRY, 1).get(0);
      IntBuffer lowest = ints(NEIGHBORS, count, GraphLevels.LOWEST_DEGREE);
      try {
        return new Segment.Links(
            new Codes(floats(MEAN, dim)),
            ints(CODES, count, Codes.width(dim)),
            new GraphLevels(count, lowest, upper, entry).checked());
      } catch (GraphLevels.BadLink e) {
        throw damaged(file, String.valueOf(e.getMessage()));
      }
    }

    private List<String> names(int count) throws IOException {
      if (!tensors.tensors().containsKey(ENDS)) {
        return List.of();
      }
      require(ENDS, shape(ENDS, DType.I64, 1), count);
      shape(BYTES, DType.U8, 1);
      return new MappedTexts(file, data(ENDS).asLongBuffer(), data(BYTES));
    }

    private float[] floats(String name, int count) throws IOException {
      require(name, shape(name, DType.F32, 1), count);
      float[] values = new float[count];
      FloatBuffer stored = data(name).asFloatBuffer();
      stored.get(values);
      return values;
    }

    private IntBuffer ints(String name, long... wanted) throws IOException {
      require(name, shape(name, DType.I32, wanted.length), wanted);
      return data(name).asIntBuffer();
    }

    private ByteBuffer data(String name) throws IOException {
      if (tensors.parts(name).size() > 1) {
        throw damaged(file, "tensor '%s' is larger than 2 GiB".formatted(name));
      }
      return tensors.data(name);
    }

    private long[] shape(String name, DType dtype, int dimensions) throws IOException {
      TensorInfo info = tensors.tensors().get(name);
      if (info == null || info.dtype() != dtype || info.shape().length != dimensions) {
        throw damaged(
            file,
            info == null
                ? "has no tensor '%s'".formatted(name)
                : "tensor '%s' is %s".formatted(name, info));
      }
      return info.shape();
    }

    private void require(String name, long[] shape, long... wanted) throws IOException {
      if (!Arrays.equals(shape, wanted)) {
        throw damaged(
            file,
            "tensor '%s' is %s instead of %s"
                .formatted(name, Arrays.toString(shape), Arrays.toString(wanted)));
      }
    }
  }
}
