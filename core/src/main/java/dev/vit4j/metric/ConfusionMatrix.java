package dev.vit4j.metric;

import dev.vit4j.format.Csv;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Counts of (true class, predicted class), and every figure that follows from them; the definitions
 * are scikit-learn's, with {@code zero_division=0}.
 *
 * <p>Over pixels instead of samples it gives the figures of a segmentation: {@link #iou}, {@link
 * #meanIou}, {@link #accuracy} (pixel accuracy), and the Dice coefficient, which is {@link #f1}.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts; // [true][predicted], row-major

  /**
   * One score of each kind.
   *
   * @param precision of what was predicted, the share that is right
   * @param recall of what is there, the share that was found
   * @param f1 harmonic mean of both (averages: the mean of the classes' f1)
   */
  public record Scores(double precision, double recall, double f1) {}

  /**
   * One kind of mistake.
   *
   * @param label the true class
   * @param predicted what it was taken for
   * @param count how often
   */
  public record Confused(int label, int predicted, long count) {}

  /**
   * An empty matrix.
   *
   * @param classes at least 1
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1, not " + classes);
    }
    this.classes = classes;
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  /**
   * Counts one sample.
   *
   * @param label true class, 0 … classes-1
   * @param predicted predicted class, 0 … classes-1
   */
  public void add(int label, int predicted) {
    counts[cell(label, predicted)]++;
  }

  /**
   * Counts many samples or pixels.
   *
   * @param labels true classes
   * @param predicted predicted classes, as many
   * @param ignored samples with this label are left out, whatever was predicted (255 in Pascal
   *     VOC's masks; a negative number where nothing is ignored)
   */
  public void addAll(long[] labels, long[] predicted, long ignored) {
    if (labels.length != predicted.length) {
      throw new IllegalArgumentException(
          "%d labels but %d predictions".formatted(labels.length, predicted.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != ignored) {
        add(Math.toIntExact(labels[i]), Math.toIntExact(predicted[i]));
      }
    }
  }

  /**
   * Counts pixels whose classes are bytes, as in masks.
   *
   * @param labels true classes, unsigned
   * @param predicted predicted classes, unsigned; only looked at where the label is not ignored
   * @param from first pixel, in both arrays
   * @param count number of pixels
   * @param ignored pixels with this label are left out (255 in Pascal VOC's masks)
   * @throws IllegalArgumentException if a class is out of range
   */
  public void addPixels(byte[] labels, byte[] predicted, int from, int count, int ignored) {
    Objects.checkFromIndexSize(from, count, Math.min(labels.length, predicted.length));
    for (int i = from; i < from + count; i++) {
      int label = labels[i] & 0xff;
      if (label != ignored) {
        counts[cell(label, predicted[i] & 0xff)]++;
      }
    }
  }

  /**
   * Adds the counts of another matrix.
   *
   * @throws IllegalArgumentException if it has another number of classes
   */
  public void addAll(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "cannot add counts of %d classes to those of %d".formatted(other.classes, classes));
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /** A copy of the counts: [true class][predicted class]. */
  public long[][] counts() {
    long[][] copy = new long[classes][classes];
    for (int label = 0; label < classes; label++) {
      System.arraycopy(counts, label * classes, copy[label], 0, classes);
    }
    return copy;
  }

  /** Samples of this true class that were predicted as that class. */
  public long count(int label, int predicted) {
    return counts[cell(label, predicted)];
  }

  /** All samples. */
  public long total() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Samples on the diagonal. */
  public long correct() {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += count(c, c);
    }
    return sum;
  }

  /** Share of samples that are right, 0 … 1; NaN without samples. */
  public double accuracy() {
    return (double) correct() / total();
  }

  /** Samples of the class. */
  public long support(int c) {
    long sum = 0;
    for (int predicted = 0; predicted < classes; predicted++) {
      sum += count(c, predicted);
    }
    return sum;
  }

  /** Samples predicted to be of the class. */
  public long predicted(int c) {
    long sum = 0;
    for (int label = 0; label < classes; label++) {
      sum += count(label, c);
    }
    return sum;
  }

  /** Share of the predictions of the class that are right; 0 if it was never predicted. */
  public double precision(int c) {
    return ratio(count(c, c), predicted(c));
  }

  /** Share of the class's samples that were found; 0 if it has none. */
  public double recall(int c) {
    return ratio(count(c, c), support(c));
  }

  /** F1 (for masks: the Dice coefficient); 0 if the class is neither there nor predicted. */
  public double f1(int c) {
    return ratio(2 * count(c, c), support(c) + predicted(c));
  }

  /**
   * The kinds of mistake that occur, the most frequent first, equals in the order of classes.
   *
   * @param most how many at most
   */
  public List<Confused> mostConfused(int most) {
    return IntStream.range(0, counts.length)
        .filter(i -> counts[i] > 0 && i / classes != i % classes)
        .mapToObj(i -> new Confused(i / classes, i % classes, counts[i]))
        .sorted(Comparator.comparingLong(c -> -c.count()))
        .limit(most)
        .toList();
  }

  /** Pixels in both the true and the predicted mask of the class. */
  public long intersection(int c) {
    return count(c, c);
  }

  /** Pixels in either mask of the class. */
  public long union(int c) {
    return support(c) + predicted(c) - count(c, c);
  }

  /** Intersection over union; NaN if the class is neither there nor predicted. */
  public double iou(int c) {
    return (double) intersection(c) / union(c);
  }

  /** Mean of {@link #iou} over the classes that occur; NaN if none does. */
  public double meanIou() {
    double sum = 0;
    int present = 0;
    for (int c = 0; c < classes; c++) {
      if (union(c) > 0) {
        sum += iou(c);
        present++;
      }
    }
    return sum / present;
  }

  /** Means over the classes, each counting the same, classes without samples included. */
  public Scores macro() {
    double[] weights = new double[classes];
    Arrays.fill(weights, 1.0 / classes);
    return mean(weights);
  }

  /** Means over the classes, each counting as its support. */
  public Scores weighted() {
    double total = total();
    double[] weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = total == 0 ? 0 : support(c) / total;
    }
    return mean(weights);
  }

  private Scores mean(double[] weights) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (int c = 0; c < classes; c++) {
      precision += weights[c] * precision(c);
      recall += weights[c] * recall(c);
      f1 += weights[c] * f1(c);
    }
    return new Scores(precision, recall, f1);
  }

  private int cell(int label, int predicted) {
    check("label", label);
    check("prediction", predicted);
    return label * classes + predicted;
  }

  private void check(String what, int c) {
    if (c < 0 || c >= classes) {
      throw new IllegalArgumentException("%s %d is outside 0 … %d".formatted(what, c, classes - 1));
    }
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /**
   * The counts as CSV: rows are true classes, columns predicted ones.
   *
   * @param names of the classes
   */
  public String toCsv(List<String> names) {
    StringBuilder csv = new StringBuilder("true\\predicted");
    names.forEach(c -> csv.append(',').append(Csv.quoted(c)));
    long[][] counts = counts();
    for (int c = 0; c < counts.length; c++) {
      csv.append('\n').append(Csv.quoted(names.get(c)));
      for (long n : counts[c]) {
        csv.append(',').append(n);
      }
    }
    return csv.append('\n').toString();
  }
}
