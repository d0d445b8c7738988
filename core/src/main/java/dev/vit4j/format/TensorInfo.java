package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.util.Arrays;

/**
 * One tensor of a weights file.
 *
 * @param name its key
 * @param dtype element type
 * @param shape sizes, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType dtype, long[] shape) {
  /** Copies the shape. */
  public TensorInfo {
    shape = shape.clone();
  }

  /** Returns a copy of the shape. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long count() {
    return count(shape);
  }

  /**
   * Number of bytes.
   *
   * @throws ArithmeticException if it does not fit into 63 bits
   */
  public long bytes() {
    return Math.multiplyExact(count(), dtype.bytes());
  }

  /**
   * The product of the sizes.
   *
   * @throws ArithmeticException if it does not fit into 63 bits
   */
  static long count(long[] shape) {
    long count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TensorInfo t
        && name.equals(t.name)
        && dtype == t.dtype
        && Arrays.equals(shape, t.shape);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
