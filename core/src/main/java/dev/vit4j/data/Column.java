package dev.vit4j.data;

import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/** One column of a batch: an array with a value of the same shape for every sample. */
public sealed interface Column {
  /** Returns the shape of one sample's value; empty for a scalar. */
  int[] shape();

  /**
   * Returns the values of some samples as a CPU tensor.
   *
   * @return [count, shape...]
   */
  Tensor slice(int from, int count);

  /** Returns the number of elements per sample. */
  default int numbers() {
    return Arrays.stream(shape()).reduce(1, Math::multiplyExact);
  }

  private static long[] shape(int count, int[] sample) {
    long[] shape = new long[1 + sample.length];
    shape[0] = count;
    Arrays.setAll(shape, i -> i == 0 ? count : sample[i - 1]);
    return shape;
  }

  /** Unsigned bytes, such as images [C, H, W] or masks [H, W]. */
  record Bytes(byte[] values, int... shape) implements Column {
    @Override
    public Tensor slice(int from, int count) {
      return Tensor.of(values, from * numbers(), Column.shape(count, shape));
    }
  }

  /** Integers, such as labels. */
  record Longs(long[] values, int... shape) implements Column {
    @Override
    public Tensor slice(int from, int count) {
      int sample = numbers();
      return Tensor.of(
          Arrays.copyOfRange(values, from * sample, (from + count) * sample),
          Column.shape(count, shape));
    }
  }

  /** Floating-point numbers, such as features [D]. */
  record Floats(float[] values, int... shape) implements Column {
    @Override
    public Tensor slice(int from, int count) {
      int sample = numbers();
      return Tensor.of(
          Arrays.copyOfRange(values, from * sample, (from + count) * sample),
          Column.shape(count, shape));
    }
  }

  /**
   * Some samples of a column, where another process has the others.
   *
   * @param places places of the samples in the batch, ascending
   * @param held their values, in this order
   */
  record Part(int[] places, Column held) implements Column {
    @Override
    public int[] shape() {
      return held.shape();
    }

    /**
     * Returns the values of some samples.
     *
     * @throws IllegalArgumentException if this part does not have all of them
     */
    @Override
    public Tensor slice(int from, int count) {
      int first = Arrays.binarySearch(places, from);
      int last = first + count - 1;
      if (first < 0 || last >= places.length || places[last] != from + count - 1) {
        throw new IllegalArgumentException(
            "samples %d to %d of the batch are not in this process"
                .formatted(from, from + count - 1));
      }
      return held.slice(first, count);
    }
  }
}
