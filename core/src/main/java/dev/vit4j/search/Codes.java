package dev.vit4j.search;

import java.nio.IntBuffer;

/**
 * Vectors of length 1 in 7 bits per number, and their products. A vector minus the mean of all is
 * divided by a scale of its own, so that numbers become 1 to 127 (64 is 0), and four of them share
 * an int. A row is
 *
 * <pre>
 * int 0 to W-1  the numbers, the lowest byte first; the last int is filled with zeros
 * int W         scale, the bits of an f32
 * int W+1       offset, the bits of an f32: product of vector and mean, minus half the mean's square
 * int W+2       sum of the numbers
 * </pre>
 *
 * <p>A product of two ints adds two products of 7-bit numbers in its upper half, which C2 turns
 * into vector instructions on Java 17; Java has no products of bytes there. The score is the cosine
 * with an error of some thousandths.
 */
final class Codes {
  private static final int TAIL = 3;
  private static final int PER_INT = 4;
  private static final int ZERO = 64;
  private static final int LARGEST = 63; // from zero
  private static final int EVEN = 0x00ff00ff; // bytes 0 and 2

  private final float[] mean;
  private final double halfSquare;
  private final int words; // ints of numbers in a row

  /**
   * Creates the form of the rows.
   *
   * @param mean [D] of vectors of length 1
   */
  Codes(float[] mean) {
    this.mean = mean.clone();
    this.halfSquare = Cosine.squares(mean) / 2;
    this.words = words(mean.length);
  }

  private static int words(int dim) {
    return (dim + PER_INT - 1) / PER_INT;
  }

  /** Ints of a row. */
  static int width(int dim) {
    return TAIL + words(dim);
  }

  /** Ints of a row. */
  int width() {
    return TAIL + words;
  }

  /** Encodes a vector of length 1, or zero. */
  int[] encode(float[] unit) {
    double offset = -halfSquare;
    float most = 0;
    for (int i = 0; i < unit.length; i++) {
      offset += (double) unit[i] * mean[i];
      most = Math.max(most, Math.abs(unit[i] - mean[i]));
    }
    float scale = most / LARGEST;
    int[] row = new int[width()];
    int sum = 0;
    for (int i = 0; i < unit.length; i++) {
      int number = ZERO + (scale == 0 ? 0 : Math.round((unit[i] - mean[i]) / scale));
      sum += number;
      row[i / PER_INT] |= number << (Byte.SIZE * (i % PER_INT));
    }
    row[words] = Float.floatToRawIntBits(scale);
    row[words + 1] = Float.floatToRawIntBits((float) offset);
    row[words + 2] = sum;
    return row;
  }

  /** One side of products: a row arranged for multiplication. For one thread. */
  final class Side {
    private final int[] even = new int[words];
    private final int[] odd = new int[words];
    private float scale;
    private float offset;
    private int rest; // what the sum of products has too much because numbers begin at 64

    /** Takes a row. */
    Side set(int[] row) {
      scale = Float.intBitsToFloat(row[words]);
      offset = Float.intBitsToFloat(row[words + 1]);
      rest = ZERO * (row[words + 2] - ZERO * mean.length);
      for (int i = 0; i < words; i++) {
        int x = row[i];
        even[i] = ((x >>> 16) & 0xff) | ((x & 0xff) << 16);
        odd[i] = (x >>> 24) | (((x >>> 8) & 0xff) << 16);
      }
      return this;
    }

    /** Approximate cosine with another row. */
    float score(int[] row) {
      int product = product(row, even, odd) - rest - ZERO * row[words + 2];
      return product * (scale * Float.intBitsToFloat(row[words]))
          + (offset + Float.intBitsToFloat(row[words + 1]));
    }
  }

  /** All arrays are read from their beginning: C2 of Java 17 uses no vectors at an offset. */
  private static int product(int[] row, int[] even, int[] odd) {
    int sum = 0;
    for (int i = 0; i < even.length; i++) {
      int x = row[i];
      sum += (((x & EVEN) * even[i]) >>> 16) + ((((x >>> 8) & EVEN) * odd[i]) >>> 16);
    }
    return sum;
  }

  /** Copies a stored row. */
  void copy(IntBuffer stored, int row, int[] to) {
    stored.get(row * width(), to);
  }
}
