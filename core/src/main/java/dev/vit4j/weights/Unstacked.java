package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of weights in which every block has its own tensors. big_vision stacks all blocks of a
 * transformer (flax's {@code nn.scan}): {@code encoderblock/…} with a first dimension of the depth,
 * here {@code encoderblock_0/…} and so on.
 */
final class Unstacked implements AutoCloseable {
  private static final String STACK = "/encoderblock/";
  private static final int MOST_BLOCKS = 256;
  private static final int KEPT = 4; // arrays; the parts of a joined tensor are read in turns

  private final TensorFile file;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, Slice> slices = new LinkedHashMap<>();
  private final Map<String, ByteBuffer> read = new LinkedHashMap<>();

  private record Slice(String array, int index) {}

  private Unstacked(TensorFile file) {
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is not a file of tensors, or a stack has no blocks
   */
  static Unstacked open(Path path) throws IOException {
    TensorFile file = TensorFile.open(path);
    try {
      Unstacked unstacked = new Unstacked(file);
      for (TensorInfo info : file.tensors().values()) {
        unstacked.add(path, info);
      }
      return unstacked;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void add(Path path, TensorInfo info) throws IOException {
    if (!info.name().contains(STACK)) {
      tensors.put(info.name(), info);
      return;
    }
    long[] shape = info.shape();
    if (shape.length == 0 || shape[0] < 1 || shape[0] > MOST_BLOCKS) {
      throw new FormatException(
          path.toString(),
          -1,
          "%s must have the number of blocks as its first size, not %s"
              .formatted(info.name(), Arrays.toString(shape)));
    }
    long[] rest = Arrays.copyOfRange(shape, 1, shape.length);
    for (int i = 0; i < shape[0]; i++) {
      String name = ofBlock(info.name(), i);
      tensors.put(name, new TensorInfo(name, info.dtype(), rest));
      slices.put(name, new Slice(info.name(), i));
    }
  }

  private static String ofBlock(String name, int index) {
    return name.replace(STACK, "/encoderblock_" + index + "/");
  }

  /** The names of a file as those of its first block, for the recognition of names alone. */
  static List<String> ofFirstBlock(Collection<String> names) {
    return names.stream().map(name -> ofBlock(name, 0)).toList();
  }

  Map<String, TensorInfo> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return file.metadata();
  }

  /** The bytes of a tensor, as {@link TensorFile#data}. */
  ByteBuffer data(String name) throws IOException {
    Slice slice = slices.get(name);
    if (slice == null) {
      return file.data(name);
    }
    ByteBuffer whole = read.get(slice.array());
    if (whole == null) {
      whole = file.data(slice.array());
      if (read.size() == KEPT) {
        read.remove(read.keySet().iterator().next());
      }
      read.put(slice.array(), whole);
    }
    int bytes = Math.toIntExact(tensors.get(name).bytes());
    return whole.slice(slice.index() * bytes, bytes).order(whole.order());
  }

  @Override
  public void close() {
    file.close();
  }
}
