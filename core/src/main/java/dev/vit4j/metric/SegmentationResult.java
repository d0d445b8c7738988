package dev.vit4j.metric;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntToDoubleFunction;

/**
 * Accumulates the results of a segmentation over a data set in constant memory. All metrics are
 * computed from the pixel counts of the whole data set, not as means over batches or samples.
 *
 * <p>As in torchmetrics and mmsegmentation, a class that neither occurs nor is predicted has the
 * IoU NaN and is excluded from means; a class that is predicted but does not occur has the IoU 0.
 */
public final class SegmentationResult {
  private static final Comparator<Sample> WORST_FIRST =
      Comparator.comparingDouble(Sample::meanIou).thenComparingInt(Sample::index);

  private final int kept;
  private final ConfusionMatrix confusion;
  private final PriorityQueue<Sample> worst = new PriorityQueue<>(WORST_FIRST.reversed());
  private int count;
  private double lossSum;
  private double lossWeight;

  /**
   * A sample and its mean IoU.
   *
   * @param index index in the order of adding, from 0
   * @param meanIou mean IoU over the classes that occur or are predicted, 0 to 1
   */
  public record Sample(int index, double meanIou) {}

  /**
   * Creates an empty result.
   *
   * @param classes number of classes, at least 1
   * @param kept number of worst samples to keep
   */
  public SegmentationResult(int classes, int kept) {
    this.kept = kept;
    this.confusion = new ConfusionMatrix(classes);
  }

  /**
   * Adds a batch; must be called in the order of samples.
   *
   * @throws IllegalArgumentException if the number of classes differs
   */
  public void add(SegmentationCounts batch) {
    confusion.addAll(batch.confusion());
    lossSum += batch.lossSum();
    lossWeight += batch.lossWeight();
    for (double iou : batch.sampleIous()) {
      remember(new Sample(count++, iou));
    }
  }

  private void remember(Sample sample) {
    if (!Double.isNaN(sample.meanIou())) {
      worst.add(sample);
      if (worst.size() > kept) {
        worst.remove();
      }
    }
  }

  /** Returns the number of classes. */
  public int classes() {
    return confusion.classes();
  }

  /** Returns the number of samples. */
  public int count() {
    return count;
  }

  /** Returns the number of pixels without ignored ones. */
  public long pixels() {
    return confusion.total();
  }

  /** Returns the fraction of correctly predicted pixels, 0 to 1; NaN without pixels. */
  public double pixelAccuracy() {
    return confusion.accuracy();
  }

  /** Returns the IoU of a class, 0 to 1; NaN if it neither occurs nor is predicted. */
  public double iou(int c) {
    return confusion.iou(c);
  }

  /** Returns the mean of {@link #iou} over classes where it is not NaN; NaN if there are none. */
  public double meanIou() {
    return confusion.meanIou();
  }

  /** Returns the fraction of correctly predicted pixels of a class (recall); NaN if it has none. */
  public double classAccuracy(int c) {
    return (double) confusion.intersection(c) / confusion.support(c);
  }

  /** Returns the mean of {@link #classAccuracy} over classes with pixels; NaN if there are none. */
  public double meanClassAccuracy() {
    return mean(this::classAccuracy);
  }

  /** Returns the Dice coefficient of a class, 0 to 1; NaN if it neither occurs nor is predicted. */
  public double dice(int c) {
    return 2.0 * confusion.intersection(c) / (confusion.support(c) + confusion.predicted(c));
  }

  /** Returns the mean of {@link #dice} over classes where it is not NaN; NaN if there are none. */
  public double meanDice() {
    return mean(this::dice);
  }

  /** Returns the fraction of pixels of a class, 0 to 1; NaN without pixels. */
  public double frequency(int c) {
    return (double) confusion.support(c) / pixels();
  }

  /** Returns the mean of {@link #iou} over the classes, weighted by {@link #frequency}. */
  public double frequencyWeightedIou() {
    double sum = 0;
    for (int c = 0; c < classes(); c++) {
      if (confusion.support(c) > 0) {
        sum += frequency(c) * iou(c);
      }
    }
    return pixels() == 0 ? Double.NaN : sum;
  }

  private double mean(IntToDoubleFunction figure) {
    double sum = 0;
    int n = 0;
    for (int c = 0; c < classes(); c++) {
      double value = figure.applyAsDouble(c);
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    return sum / n;
  }

  /** Returns the mean loss per pixel; NaN if no loss was added. */
  public double loss() {
    return lossSum / lossWeight;
  }

  /** Returns the confusion matrix over pixels, which is not copied. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /** Returns the samples with the lowest mean IoU, worst first, on ties in the order of adding. */
  public List<Sample> worst() {
    return worst.stream().sorted(WORST_FIRST).toList();
  }
}
