package dev.vit4j.image;

import java.util.Arrays;

/** One component of a JPEG: its blocks, and which bits of its coefficients the scans have given. */
final class JpegComponent {
  private static final int BLOCK = 64; // coefficients

  final int id;
  final int across; // blocks of a row in a group of all components
  final int down;
  final int columns; // blocks that cover the image
  final int rows;

  private final int[] lowest = new int[BLOCK]; // bit of each coefficient that came last; -1: none
  private long[] nonzero = new long[0]; // the coefficients of each block that are not 0

  JpegComponent(int id, int across, int down, int columns, int rows) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.columns = columns;
    this.rows = rows;
    Arrays.fill(lowest, -1);
  }

  /**
   * Takes a scan into account.
   *
   * @param high the bit before the scan's lowest; 0 for the first scan of these coefficients
   * @param low the scan's lowest bit
   * @return false if the scan does not continue the previous ones
   */
  boolean advance(int first, int last, int high, int low) {
    for (int k = first; k <= last; k++) {
      boolean fits = high == 0 ? lowest[k] < 0 : lowest[k] == high && low == high - 1;
      if (!fits) {
        return false;
      }
      lowest[k] = low;
    }
    return true;
  }

  /** Whether the first coefficient has been given, at least coarsely. */
  boolean isStarted() {
    return lowest[0] >= 0;
  }

  /** Whether all bits of all coefficients have been given. */
  boolean isComplete() {
    return Arrays.stream(lowest).allMatch(bit -> bit == 0);
  }

  /** A bit for each coefficient of each block, row by row; memory is taken with the first call. */
  long[] nonzero() {
    if (nonzero.length == 0) {
      nonzero = new long[Math.multiplyExact(columns, rows)];
    }
    return nonzero;
  }
}
