package dev.vit4j.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Accumulates the results of a classifier over a data set, exact for any batch size. Stores 12
 * bytes per sample to list mistakes afterwards.
 */
public final class ClassificationResult {
  private final int classes;
  private final TopK topK;
  private final ConfusionMatrix confusion;
  private double loss;
  private int count;
  private int[] labels = new int[1024];
  private int[] predicted = new int[1024];
  private float[] probability = new float[1024];

  /**
   * Prediction of one sample.
   *
   * @param index index in the order of adding, from 0
   * @param label true class
   * @param predicted class with the highest logit, the lowest index on ties
   * @param probability softmax probability of the predicted class, 0 to 1
   */
  public record Sample(int index, int label, int predicted, float probability) {
    /** Returns whether the prediction is correct. */
    public boolean correct() {
      return label == predicted;
    }
  }

  /**
   * Creates an empty result.
   *
   * @param classes number of classes, at least 1
   */
  public ClassificationResult(int classes) {
    this.classes = classes;
    this.topK = new TopK(classes);
    this.confusion = new ConfusionMatrix(classes);
  }

  /**
   * Adds a batch.
   *
   * @param logits [n * classes], row-major
   * @param labels true classes, at least n
   * @param n number of samples in the batch
   * @throws IllegalArgumentException if sizes do not match, a label is out of range, or a logit is
   *     NaN or positive infinity
   */
  public void add(float[] logits, long[] labels, int n) {
    if (n < 0 || logits.length < (long) n * classes || labels.length < n) {
      throw new IllegalArgumentException(
          "a batch of %d samples with %d classes has %d logits and %d labels"
              .formatted(n, classes, logits.length, labels.length));
    }
    for (int i = 0; i < n; i++) {
      add(logits, i * classes, labels[i]);
    }
  }

  private void add(float[] logits, int offset, long label) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "sample %d: label %d is outside 0 to %d".formatted(count, label, classes - 1));
    }
    int best = argmax(logits, offset);
    double logSum = logSumExp(logits, offset, logits[offset + best]);
    grow();
    labels[count] = (int) label;
    predicted[count] = best;
    probability[count] = (float) Math.exp(logits[offset + best] - logSum);
    count++;
    loss += logSum - logits[offset + (int) label];
    topK.add(logits, offset, (int) label);
    confusion.add((int) label, best);
  }

  private int argmax(float[] logits, int offset) {
    int best = 0;
    for (int c = 0; c < classes; c++) {
      float logit = logits[offset + c];
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "sample %d: the logit of class %d is %s: the weights may not be finite (vit inspect MODEL), or use --precision f32"
                .formatted(count, c, logit));
      }
      best = logit > logits[offset + best] ? c : best;
    }
    return best;
  }

  private double logSumExp(float[] logits, int offset, double max) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[offset + c] - max);
    }
    return max + Math.log(sum);
  }

  private void grow() {
    if (count == labels.length) {
      int larger = count + (count >> 1);
      labels = Arrays.copyOf(labels, larger);
      predicted = Arrays.copyOf(predicted, larger);
      probability = Arrays.copyOf(probability, larger);
    }
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns the number of samples. */
  public int count() {
    return count;
  }

  /** Returns the number of correct predictions. */
  public long correct() {
    return topK.correct(1);
  }

  /** Returns the fraction of correct predictions, 0 to 1; NaN without samples. */
  public double top1() {
    return topK.accuracy(1);
  }

  /** Returns the fraction of samples whose true class is among the top 5. */
  public double top5() {
    return topK.accuracy(5);
  }

  /** Returns the fraction of samples whose true class is among the top k. */
  public double topK(int k) {
    return topK.accuracy(k);
  }

  /** Returns the mean cross-entropy in nats; NaN without samples. */
  public double loss() {
    return loss / count;
  }

  /** Returns the confusion matrix, which is not copied. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /**
   * Returns a sample by its index.
   *
   * @throws IndexOutOfBoundsException unless 0 &lt;= index &lt; count
   */
  public Sample sample(int index) {
    Objects.checkIndex(index, count);
    return new Sample(index, labels[index], predicted[index], probability[index]);
  }

  /** Returns all mistakes by decreasing probability, on ties in the order of adding. */
  public List<Sample> mistakes() {
    return IntStream.range(0, count)
        .filter(i -> labels[i] != predicted[i])
        .mapToObj(this::sample)
        .sorted(Comparator.comparingDouble(s -> -s.probability()))
        .toList();
  }
}
