package dev.vit4j.metric;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Counts of a batch for a {@link SegmentationResult}: pixel counts, the mean IoU of each sample,
 * and the loss. Batches can be counted on any thread; {@link SegmentationResult#add} adds them in
 * order.
 */
public final class SegmentationCounts {
  private final ConfusionMatrix confusion;
  private final List<Double> sampleIous = new ArrayList<>();
  private double lossSum;
  private double lossWeight;

  /**
   * Creates empty counts.
   *
   * @param classes number of classes, at least 1
   */
  public SegmentationCounts(int classes) {
    this.confusion = new ConfusionMatrix(classes);
  }

  /**
   * Counts one sample.
   *
   * @param labels true classes of its pixels, 0 to classes-1; negative for pixels to ignore
   * @param predicted predicted classes of the same pixels, 0 to classes-1
   * @throws IllegalArgumentException if a class is out of range
   */
  public void add(int[] labels, int[] predicted) {
    ConfusionMatrix sample = new ConfusionMatrix(confusion.classes());
    sample.addPixels(labels, predicted);
    sampleIous.add(sample.meanIou());
    confusion.addAll(sample);
  }

  /**
   * Adds a loss, whose mean is weighted over pixels.
   *
   * @param sum sum of the weighted losses of pixels
   * @param weight sum of the weights of pixels; without class weights the number of pixels that are
   *     not ignored
   */
  public void addLoss(double sum, double weight) {
    lossSum += sum;
    lossWeight += weight;
  }

  /** Writes all bits. */
  public void write(DataOutputStream out) throws IOException {
    out.writeInt(confusion.classes());
    confusion.write(out);
    out.writeInt(sampleIous.size());
    for (double iou : sampleIous) {
      out.writeDouble(iou);
    }
    out.writeDouble(lossSum);
    out.writeDouble(lossWeight);
  }

  /** Reads what {@link #write} has written. */
  public static SegmentationCounts read(DataInputStream in) throws IOException {
    SegmentationCounts counts = new SegmentationCounts(in.readInt());
    counts.confusion.addFrom(in);
    for (int samples = in.readInt(); samples > 0; samples--) {
      counts.sampleIous.add(in.readDouble());
    }
    counts.addLoss(in.readDouble(), in.readDouble());
    return counts;
  }

  ConfusionMatrix confusion() {
    return confusion;
  }

  /**
   * Returns the mean IoU of each sample in the order of adding; NaN if all its pixels are ignored.
   */
  List<Double> sampleIous() {
    return Collections.unmodifiableList(sampleIous);
  }

  double lossSum() {
    return lossSum;
  }

  double lossWeight() {
    return lossWeight;
  }
}
