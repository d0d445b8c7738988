package dev.vit4j.metric;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Errors of predicted depths over all pixels with a known depth, as Eigen et al. 2014 (arXiv
 * 1406.2283) define them. Sums of samples are added, so the metrics are exact over a data set, not
 * means over batches or samples. There is no cap of the depth and no crop.
 */
public final class DepthResult {
  /** Number of thresholds of {@link #delta}. */
  public static final int THRESHOLDS = 3;

  private static final double RATIO = 1.25;

  private long pixels;
  private int count;
  private double squares;
  private double relative;
  private final long[] within = new long[THRESHOLDS];
  private double lossSum;
  private double lossWeight;

  /**
   * Adds the pixels of one sample.
   *
   * @param meters known depths are finite and above 0; all other pixels are ignored
   * @param predicted depths of the same pixels, above 0
   * @throws IllegalArgumentException if the lengths differ
   */
  public void add(float[] meters, float[] predicted) {
    if (meters.length != predicted.length) {
      throw new IllegalArgumentException(
          "%d depths but %d predictions".formatted(meters.length, predicted.length));
    }
    for (int i = 0; i < meters.length; i++) {
      double t = meters[i];
      if (t > 0 && t < Double.POSITIVE_INFINITY) {
        double p = predicted[i];
        pixels++;
        squares += (p - t) * (p - t);
        relative += Math.abs(p - t) / t;
        double ratio = Math.max(p / t, t / p);
        double threshold = 1;
        for (int k = 0; k < THRESHOLDS; k++) {
          threshold *= RATIO;
          within[k] += ratio < threshold ? 1 : 0;
        }
      }
    }
    count++;
  }

  /** Adds a loss, whose mean is weighted. */
  public void addLoss(double sum, double weight) {
    lossSum += sum;
    lossWeight += weight;
  }

  /** Adds the errors of other samples. */
  public void add(DepthResult other) {
    pixels += other.pixels;
    count += other.count;
    squares += other.squares;
    relative += other.relative;
    for (int k = 0; k < THRESHOLDS; k++) {
      within[k] += other.within[k];
    }
    addLoss(other.lossSum, other.lossWeight);
  }

  /** Writes all bits. */
  public void write(DataOutputStream out) throws IOException {
    out.writeLong(pixels);
    out.writeInt(count);
    out.writeDouble(squares);
    out.writeDouble(relative);
    for (long of : within) {
      out.writeLong(of);
    }
    out.writeDouble(lossSum);
    out.writeDouble(lossWeight);
  }

  /** Reads what {@link #write} has written. */
  public static DepthResult read(DataInputStream in) throws IOException {
    DepthResult result = new DepthResult();
    result.pixels = in.readLong();
    result.count = in.readInt();
    result.squares = in.readDouble();
    result.relative = in.readDouble();
    for (int k = 0; k < THRESHOLDS; k++) {
      result.within[k] = in.readLong();
    }
    result.addLoss(in.readDouble(), in.readDouble());
    return result;
  }

  /** Returns the number of samples. */
  public int count() {
    return count;
  }

  /** Returns the number of pixels with a known depth. */
  public long pixels() {
    return pixels;
  }

  /** Returns the root of the mean squared error in meters; NaN without pixels. */
  public double rmse() {
    return Math.sqrt(squares / pixels);
  }

  /** Returns the mean of |predicted - true| / true; NaN without pixels. */
  public double absRel() {
    return relative / pixels;
  }

  /**
   * Returns the fraction of pixels whose ratio of depths (the larger by the smaller) is below
   * 1.25<sup>k</sup>; NaN without pixels.
   *
   * @param k 1 to {@link #THRESHOLDS}
   */
  public double delta(int k) {
    return (double) within[k - 1] / pixels;
  }

  /** Returns the mean loss; NaN if none was added. */
  public double loss() {
    return lossSum / lossWeight;
  }
}
