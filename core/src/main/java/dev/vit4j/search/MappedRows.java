package dev.vit4j.search;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The vectors of a file, f32 [N, D], used where they are mapped. Thread-safe. They are processed in
 * blocks that fit a processor's cache and do not depend on the number of threads.
 */
final class MappedRows {
  private static final int BLOCK_BYTES = 1 << 20;

  private final List<ByteBuffer> parts;
  private final int perPart; // rows of every part but the last
  private final int count;
  private final int dim;
  private final int blockRows;

  /**
   * Creates the view.
   *
   * @param parts consecutive parts of whole rows; all but the last have the same number of rows, a
   *     power of two
   */
  MappedRows(List<ByteBuffer> parts, int count, int dim) {
    this.parts = List.copyOf(parts);
    this.perPart = parts.size() == 1 ? count : parts.get(0).remaining() / bytes(dim);
    this.count = count;
    this.dim = dim;
    int fitting = Integer.highestOneBit(Math.max(1, BLOCK_BYTES / bytes(dim)));
    this.blockRows = parts.size() == 1 ? fitting : Math.min(fitting, perPart);
  }

  private static int bytes(int dim) {
    return Math.multiplyExact(dim, Float.BYTES);
  }

  int count() {
    return count;
  }

  int dim() {
    return dim;
  }

  /** Rows of a block that {@link #block} accepts at every multiple of it: a power of two. */
  int blockRows() {
    return blockRows;
  }

  /** Returns the bytes of rows that lie in one block. */
  ByteBuffer bytes(int from, int rows) {
    int start = Math.multiplyExact(from % perPart, bytes(dim));
    return parts.get(from / perPart).slice(start, rows * bytes(dim)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns rows of one block as a tensor [rows, D], without a copy if they are aligned. */
  Tensor block(int from, int rows) {
    ByteBuffer data = bytes(from, rows);
    return data.isDirect() && data.alignmentOffset(0, Float.BYTES) == 0
        ? Tensor.over(data, DType.F32, rows, dim)
        : Tensor.of(data, DType.F32, rows, dim);
  }

  /** Copies a row. */
  void copy(int row, float[] to) {
    bytes(row, 1).asFloatBuffer().get(to);
  }
}
