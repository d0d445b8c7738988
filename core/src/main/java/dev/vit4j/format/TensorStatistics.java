package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;

/**
 * Statistics of a tensor's elements. NaN and infinite elements are counted and excluded from the
 * rest.
 *
 * @param mean mean of the finite elements; NaN if there are none
 * @param std standard deviation with n - 1, as in PyTorch; NaN for fewer than two elements
 * @param min minimum; NaN if there are no finite elements
 * @param max maximum; NaN if there are no finite elements
 * @param nan number of NaN elements
 * @param infinite number of infinite elements
 */
public record TensorStatistics(
    double mean, double std, double min, double max, long nan, long infinite) {

  /**
   * Computes the statistics in one pass, in small chunks.
   *
   * @param data little-endian elements, from position to limit; not modified
   */
  public static TensorStatistics of(DType dtype, ByteBuffer data) {
    Sums sums = new Sums();
    Elements elements = new Elements(dtype, data);
    double[] piece = new double[1 << 13];
    for (int n = elements.read(piece); n > 0; n = elements.read(piece)) {
      sums.add(piece, n);
    }
    boolean some = sums.count > 0;
    return new TensorStatistics(
        some ? sums.mean : Double.NaN,
        sums.count > 1 ? Math.sqrt(sums.squares / (sums.count - 1)) : Double.NaN,
        some ? sums.min : Double.NaN,
        some ? sums.max : Double.NaN,
        sums.nan,
        sums.infinite);
  }

  /**
   * Chunks are summed separately and merged (Chan, Golub, LeVeque 1979), which preserves precision.
   */
  private static final class Sums {
    private long count;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long nan;
    private long infinite;

    void add(double[] piece, int n) {
      int finite = 0;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        double x = piece[i];
        if (Double.isFinite(x)) {
          piece[finite++] = x;
          sum += x;
          min = Math.min(min, x);
          max = Math.max(max, x);
        } else if (Double.isNaN(x)) {
          nan++;
        } else {
          infinite++;
        }
      }
      if (finite == 0) {
        return;
      }
      double pieceMean = sum / finite;
      double pieceSquares = 0;
      for (int i = 0; i < finite; i++) {
        double d = piece[i] - pieceMean;
        pieceSquares += d * d;
      }
      double apart = pieceMean - mean;
      long all = count + finite;
      squares += pieceSquares + apart * apart * ((double) count * finite / all);
      mean += apart * finite / all;
      count = all;
    }
  }
}
