package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;

/**
 * What the numbers of a tensor look like. NaN and infinite ones are counted and left out of all
 * else.
 *
 * @param mean of the finite numbers; NaN if there are none
 * @param std their standard deviation with n - 1, as torch's; NaN for fewer than two
 * @param min the smallest; NaN if there are none
 * @param max the largest; NaN if there are none
 * @param nan how many are not a number
 * @param infinite how many are infinite
 */
public record TensorStatistics(
    double mean, double std, double min, double max, long nan, long infinite) {

  /**
   * Looks at every element once, in pieces that take no memory.
   *
   * @param data little-endian elements, from position to limit; left as it is
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

  /** Pieces are summed apart and joined (Chan, Golub, LeVeque 1979), which keeps all digits. */
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
