package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The layout of a tensor in a storage: element [i, j, …] is at offset + i stride(0) + j stride(1) +
 * …
 *
 * @param offset index of the first element; like the strides, in elements
 */
record StridedView(DType dtype, long offset, long[] shape, long[] strides) {
  private static final int MAX_RANK = 64;

  /**
   * Creates a view and checks that a storage of this many bytes contains every element.
   *
   * @throws IllegalArgumentException if it does not
   */
  static StridedView of(DType dtype, long offset, long[] shape, long[] strides, long memory) {
    if (shape.length != strides.length || shape.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "a tensor with %d sizes and %d strides".formatted(shape.length, strides.length));
    }
    boolean negative = offset < 0;
    for (int i = 0; i < shape.length; i++) {
      negative |= shape[i] < 0 || strides[i] < 0;
    }
    boolean inside = false;
    try {
      inside = !negative && end(offset, shape, strides) <= memory / dtype.bytes();
    } catch (ArithmeticException e) {
      // Reported below.
    }
    if (!inside) {
      throw new IllegalArgumentException(
          "a tensor of shape %s, strides %s and offset %d in a storage of %d bytes"
              .formatted(Arrays.toString(shape), Arrays.toString(strides), offset, memory));
    }
    return new StridedView(dtype, offset, shape, strides);
  }

  /** All elements in column-major order, as in Fortran. */
  static StridedView columnMajor(DType dtype, long[] shape) {
    long[] strides = new long[shape.length];
    long next = 1;
    for (int i = 0; i < shape.length; i++) {
      strides[i] = next;
      next *= shape[i];
    }
    return new StridedView(dtype, 0, shape, strides);
  }

  /** Index after the last element. */
  private static long end(long offset, long[] shape, long[] strides) {
    if (TensorInfo.count(shape) == 0) {
      return 0;
    }
    long last = offset;
    for (int i = 0; i < shape.length; i++) {
      last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
    }
    return Math.addExact(last, 1);
  }

  /** Offset of the first byte in the storage. */
  long firstByte() {
    return offset * dtype.bytes();
  }

  /** Number of bytes from the first to the last, including gaps. */
  long spannedBytes() {
    long end = end(offset, shape, strides);
    return end == 0 ? 0 : (end - offset) * dtype.bytes();
  }

  /** Whether the elements are contiguous and row-major. */
  private boolean isContiguous() {
    long next = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != next) {
        return false;
      }
      next *= shape[i];
    }
    return true;
  }

  /**
   * Returns the elements in row-major order.
   *
   * @param span the {@link #spannedBytes} bytes from {@link #firstByte} on
   */
  ByteBuffer contiguous(ByteBuffer span) {
    if (TensorInfo.count(shape) == 0 || isContiguous()) {
      return span;
    }
    int size = dtype.bytes();
    int rows = (int) TensorInfo.count(Arrays.copyOf(shape, shape.length - 1));
    int columns = (int) shape[shape.length - 1];
    int step = (int) strides[shape.length - 1] * size;
    ByteBuffer out = ByteBuffer.allocate(rows * columns * size).order(ByteOrder.LITTLE_ENDIAN);
    long[] index = new long[shape.length - 1];
    for (int row = 0; row < rows; row++) {
      copyRow(span, start(index) * size, step, columns, size, out);
      advance(index);
    }
    return out.flip();
  }

  private int start(long[] index) {
    long at = 0;
    for (int i = 0; i < index.length; i++) {
      at += index[i] * strides[i];
    }
    return (int) at;
  }

  private void advance(long[] index) {
    for (int i = index.length - 1; i >= 0 && ++index[i] == shape[i]; i--) {
      index[i] = 0;
    }
  }

  /** Converts big-endian elements to little-endian. */
  static ByteBuffer swapped(ByteBuffer bytes, DType dtype) {
    ByteBuffer out = ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    int size = dtype.bytes();
    for (int first = 0; first < out.capacity(); first += size) {
      for (int i = 0; i < size; i++) {
        out.put(first + i, bytes.get(bytes.position() + first + size - 1 - i));
      }
    }
    return out;
  }

  private static void copyRow(
      ByteBuffer span, int from, int step, int columns, int size, ByteBuffer out) {
    if (step == size) {
      out.put(span.slice(from, columns * size));
      return;
    }
    for (int column = 0, at = from; column < columns; column++, at += step) {
      switch (size) {
        case 1 -> out.put(span.get(at));
        case 2 -> out.putShort(span.getShort(at));
        case 4 -> out.putInt(span.getInt(at));
        default -> out.putLong(span.getLong(at));
      }
    }
  }
}
