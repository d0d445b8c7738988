package dev.vit4j.metric;

import dev.vit4j.format.Csv;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts of (true class, predicted class) and the metrics derived from them, defined as in
 * scikit-learn with {@code zero_division=0}.
 *
 * <p>With pixels instead of samples it computes segmentation metrics: {@link #iou}, {@link
 * #meanIou}, {@link #accuracy} (pixel accuracy), and the Dice coefficient, which is {@link #f1}.
 *
 * <p>Memory is 8 bytes for each pair of classes up to {@link #MOST_DENSE} classes; above, it grows
 * with the pairs that occur.
 */
public final class ConfusionMatrix {
  /** Largest number of classes whose counts are a plain table. */
  public static final int MOST_DENSE = 2000;

  private final int classes;
  private final long @Nullable [] counts; // [true][predicted], row-major; null if there are many
  private final Map<Long, Long> pairs = new TreeMap<>(); // instead: the cells that are not 0
  private final long[] supports; // sums of their rows
  private final long[] predictions; // and columns

  /**
   * Precision, recall and F1.
   *
   * @param precision fraction of correct predictions among all predictions of a class
   * @param recall fraction of correct predictions among all samples of a class
   * @param f1 harmonic mean of both; for averages the mean of the F1 of all classes
   */
  public record Scores(double precision, double recall, double f1) {}

  /**
   * A pair of confused classes.
   *
   * @param label true class
   * @param predicted predicted class
   * @param count number of samples
   */
  public record Confused(int label, int predicted, long count) {}

  /**
   * Creates an empty matrix.
   *
   * @param classes number of classes, at least 1
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1, not " + classes);
    }
    this.classes = classes;
    this.counts = classes > MOST_DENSE ? null : new long[classes * classes];
    this.supports = new long[counts == null ? classes : 0];
    this.predictions = new long[supports.length];
  }

  /**
   * Counts one sample.
   *
   * @param label true class, 0 … classes-1
   * @param predicted predicted class, 0 … classes-1
   */
  public void add(int label, int predicted) {
    add(label, predicted, 1);
  }

  private void add(int label, int predicted, long more) {
    long cell = cell(label, predicted);
    if (counts != null) {
      counts[(int) cell] += more;
    } else if (more > 0) {
      pairs.merge(cell, more, Long::sum);
      supports[label] += more;
      predictions[predicted] += more;
    }
  }

  /**
   * Counts many samples or pixels.
   *
   * @param labels true classes
   * @param predicted predicted classes, of the same length
   * @param ignored label of samples to ignore (255 in Pascal VOC's masks; negative for none)
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
   * Counts the pixels of masks.
   *
   * @param labels true classes; negative for pixels to ignore
   * @param predicted predicted classes, of the same length; not used where the label is ignored
   * @throws IllegalArgumentException if a class is out of range or the lengths differ
   */
  public void addPixels(int[] labels, int[] predicted) {
    if (labels.length != predicted.length) {
      throw new IllegalArgumentException(
          "%d labels but %d predictions".formatted(labels.length, predicted.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        add(labels[i], predicted[i], 1);
      }
    }
  }

  /**
   * Adds the counts of another matrix.
   *
   * @throws IllegalArgumentException if the number of classes differs
   */
  public void addAll(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "cannot add counts of %d classes to those of %d".formatted(other.classes, classes));
    }
    if (counts == null || other.counts == null) {
      other.pairs.forEach((i, n) -> add((int) (i / classes), (int) (i % classes), n));
      return;
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Writes the pairs of classes that occur. */
  void write(DataOutputStream out) throws IOException {
    long[] cells =
        counts == null
            ? pairs.keySet().stream().mapToLong(Long::longValue).toArray()
            : LongStream.range(0, counts.length).filter(i -> counts[(int) i] > 0).toArray();
    out.writeInt(cells.length);
    for (long cell : cells) {
      int label = (int) (cell / classes);
      int predicted = (int) (cell % classes);
      out.writeInt(label);
      out.writeInt(predicted);
      out.writeLong(count(label, predicted));
    }
  }

  /** Adds what {@link #write} has written. */
  void addFrom(DataInputStream in) throws IOException {
    for (int pairs = in.readInt(); pairs > 0; pairs--) {
      add(in.readInt(), in.readInt(), in.readLong());
    }
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /**
   * Returns a copy of the counts: [true class][predicted class].
   *
   * @throws IllegalStateException if there are more than {@link #MOST_DENSE} classes
   */
  public long[][] counts() {
    if (counts == null) {
      throw new IllegalStateException("a table of %,d classes is too large".formatted(classes));
    }
    long[][] copy = new long[classes][classes];
    for (int label = 0; label < classes; label++) {
      System.arraycopy(counts, label * classes, copy[label], 0, classes);
    }
    return copy;
  }

  /** Returns the number of samples with this true and predicted class. */
  public long count(int label, int predicted) {
    long cell = cell(label, predicted);
    return counts == null ? pairs.getOrDefault(cell, 0L) : counts[(int) cell];
  }

  /** Returns the number of samples. */
  public long total() {
    return LongStream.of(counts == null ? supports : counts).sum();
  }

  /** Returns the number of correct predictions. */
  public long correct() {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += count(c, c);
    }
    return sum;
  }

  /** Returns the fraction of correct predictions, 0 to 1; NaN without samples. */
  public double accuracy() {
    return (double) correct() / total();
  }

  /** Returns the number of samples of a class. */
  public long support(int c) {
    if (counts == null) {
      return supports[c];
    }
    long sum = 0;
    for (int predicted = 0; predicted < classes; predicted++) {
      sum += count(c, predicted);
    }
    return sum;
  }

  /** Returns the number of predictions of a class. */
  public long predicted(int c) {
    if (counts == null) {
      return predictions[c];
    }
    long sum = 0;
    for (int label = 0; label < classes; label++) {
      sum += count(label, c);
    }
    return sum;
  }

  /** Returns the precision of a class; 0 if it is never predicted. */
  public double precision(int c) {
    return ratio(count(c, c), predicted(c));
  }

  /** Returns the recall of a class; 0 if it has no samples. */
  public double recall(int c) {
    return ratio(count(c, c), support(c));
  }

  /**
   * Returns F1 (for masks the Dice coefficient); 0 if the class neither occurs nor is predicted.
   */
  public double f1(int c) {
    return ratio(2 * count(c, c), support(c) + predicted(c));
  }

  /**
   * Returns pairs of confused classes by decreasing count, on ties in the order of classes.
   *
   * @param most maximum number of pairs
   */
  public List<Confused> mostConfused(int most) {
    LongStream cells =
        counts == null
            ? pairs.keySet().stream().mapToLong(Long::longValue)
            : LongStream.range(0, counts.length);
    return cells
        .filter(i -> i / classes != i % classes)
        .mapToObj(i -> confused((int) (i / classes), (int) (i % classes)))
        .filter(c -> c.count() > 0)
        .sorted(Comparator.comparingLong(c -> -c.count()))
        .limit(most)
        .toList();
  }

  private Confused confused(int label, int predicted) {
    return new Confused(label, predicted, count(label, predicted));
  }

  /** Returns the number of pixels in both the true and the predicted mask of a class. */
  public long intersection(int c) {
    return count(c, c);
  }

  /** Returns the number of pixels in either mask of a class. */
  public long union(int c) {
    return support(c) + predicted(c) - count(c, c);
  }

  /** Returns intersection over union; NaN if the class neither occurs nor is predicted. */
  public double iou(int c) {
    return (double) intersection(c) / union(c);
  }

  /** Returns the mean of {@link #iou} over classes where it is not NaN; NaN if there are none. */
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

  /** Returns the classes that occur or are predicted, in order. */
  public int[] present() {
    return IntStream.range(0, classes).filter(c -> support(c) + predicted(c) > 0).toArray();
  }

  /**
   * Returns the counts of some classes.
   *
   * @param some at least one class, in the order of the new matrix
   */
  public ConfusionMatrix of(int[] some) {
    ConfusionMatrix selected = new ConfusionMatrix(some.length);
    for (int label = 0; label < some.length; label++) {
      for (int predicted = 0; predicted < some.length; predicted++) {
        selected.add(label, predicted, count(some[label], some[predicted]));
      }
    }
    return selected;
  }

  /**
   * Returns unweighted means over the classes that occur or are predicted, as scikit-learn's
   * averages without a list of labels.
   */
  public Scores macro() {
    double[] weights = new double[classes];
    int[] present = present();
    for (int c : present) {
      weights[c] = 1.0 / present.length;
    }
    return mean(weights);
  }

  /** Returns means over the classes, weighted by their support. */
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

  private long cell(int label, int predicted) {
    check("label", label);
    check("prediction", predicted);
    return (long) label * classes + predicted;
  }

  private void check(String what, int c) {
    if (c < 0 || c >= classes) {
      throw new IllegalArgumentException(
          "%s %d is outside 0 to %d".formatted(what, c, classes - 1));
    }
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /**
   * Formats the counts as CSV: rows are true classes, columns predicted classes.
   *
   * @param names class names
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
