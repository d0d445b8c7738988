package dev.vit4j.metric;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntToDoubleFunction;

/**
 * The exact result of a segmentation over a data set, fed batch by batch in constant memory. All
 * figures come from the pixel counts of the whole set; none is a mean over batches or samples.
 *
 * <p>As in torchmetrics and mmsegmentation, a class that is neither in the labels nor predicted has
 * no IoU (NaN) and means leave it out; one that is predicted but never there has the IoU 0.
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
   * A sample and how well it was segmented.
   *
   * @param index its place in the order of adding, from 0
   * @param meanIou mean IoU over the classes that are in its labels or predicted, 0 to 1
   */
  public record Sample(int index, double meanIou) {}

  /**
   * Nothing added yet.
   *
   * @param classes number of classes, at least 1
   * @param kept how many of the worst samples are remembered, 0 for none
   */
  public SegmentationResult(int classes, int kept) {
    this.kept = kept;
    this.confusion = new ConfusionMatrix(classes);
  }

  /**
   * Adds a batch; batches come in the order of their samples.
   *
   * @throws IllegalArgumentException if it was counted with another number of classes
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

  /** Number of classes. */
  public int classes() {
    return confusion.classes();
  }

  /** Samples added. */
  public int count() {
    return count;
  }

  /** Pixels counted; ignored ones are not among them. */
  public long pixels() {
    return confusion.total();
  }

  /** Share of pixels whose class is predicted right, 0 to 1; NaN without pixels. */
  public double pixelAccuracy() {
    return confusion.accuracy();
  }

  /** Intersection over union of a class, 0 to 1; NaN if it is neither there nor predicted. */
  public double iou(int c) {
    return confusion.iou(c);
  }

  /** Mean of {@link #iou} over the classes that have one; NaN if none has. */
  public double meanIou() {
    return confusion.meanIou();
  }

  /** Share of a class's pixels that are predicted right (recall); NaN if it has no pixels. */
  public double classAccuracy(int c) {
    return (double) confusion.intersection(c) / confusion.support(c);
  }

  /** Mean of {@link #classAccuracy} over the classes that have pixels; NaN if none has. */
  public double meanClassAccuracy() {
    return mean(this::classAccuracy);
  }

  /** Dice coefficient of a class, 0 to 1; NaN if it is neither there nor predicted. */
  public double dice(int c) {
    return 2.0 * confusion.intersection(c) / (confusion.support(c) + confusion.predicted(c));
  }

  /** Mean of {@link #dice} over the classes that have one; NaN if none has. */
  public double meanDice() {
    return mean(this::dice);
  }

  /** Share of the pixels that are of a class, 0 to 1; NaN without pixels. */
  public double frequency(int c) {
    return (double) confusion.support(c) / pixels();
  }

  /** Mean of {@link #iou} over the classes, each weighted by its {@link #frequency}. */
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

  /** Mean loss per pixel; NaN if no loss was added. */
  public double loss() {
    return lossSum / lossWeight;
  }

  /** The live confusion matrix over pixels. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /** The samples with the lowest mean IoU, the worst first, equals in the order of adding. */
  public List<Sample> worst() {
    return worst.stream().sorted(WORST_FIRST).toList();
  }
}
