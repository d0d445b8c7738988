package dev.vit4j.probe;

import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.parallel.WorkerPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * Evaluates probes on labeled features. A sample whose class did not occur in training counts as
 * wrong, as in scikit-learn's {@code score}.
 */
public final class ProbeEvaluation {
  private static final int BATCH = 256;

  private final int[] classes;
  private final ClassificationResult result;
  private final int unknown;

  private ProbeEvaluation(int[] classes, ClassificationResult result, int unknown) {
    this.classes = classes;
    this.result = result;
    this.unknown = unknown;
  }

  /**
   * Evaluates a probe.
   *
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the features are unlabeled or do not fit the probe
   */
  public static ProbeEvaluation of(Probe probe, Features test, int threads) throws IOException {
    probe.requireFit(test);
    int[] trained = probe.about().classes().stream().mapToInt(i -> i).toArray();
    int[] labels = test.labels();
    int[] all =
        IntStream.concat(Arrays.stream(trained), Arrays.stream(labels))
            .sorted()
            .distinct()
            .toArray();
    int[] column = Arrays.stream(trained).map(label -> Arrays.binarySearch(all, label)).toArray();
    ClassificationResult result = new ClassificationResult(all.length);
    try (WorkerPool pool = new WorkerPool("vit4j-probe", threads)) {
      int step = BATCH * threads;
      for (int first = 0; first < labels.length; first += step) {
        int last = Math.min(labels.length, first + step);
        List<float[]> scores =
            pool.all(
                IntStream.iterate(first, i -> i < last, i -> i + BATCH)
                    .mapToObj(
                        i ->
                            (Callable<float[]>)
                                () -> probe.scores(test, i, Math.min(BATCH, last - i)))
                    .toList());
        int row = first;
        for (float[] batch : scores) {
          row += add(result, batch, column, all, labels, row);
        }
      }
    }
    int unknown =
        (int) Arrays.stream(labels).filter(l -> Arrays.binarySearch(trained, l) < 0).count();
    return new ProbeEvaluation(all, result, unknown);
  }

  private static int add(
      ClassificationResult result, float[] scores, int[] column, int[] all, int[] labels, int row) {
    int n = scores.length / column.length;
    float[] logits = new float[n * all.length];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    long[] of = new long[n];
    for (int i = 0; i < n; i++) {
      of[i] = Arrays.binarySearch(all, labels[row + i]);
      for (int c = 0; c < column.length; c++) {
        logits[i * all.length + column[c]] = scores[i * column.length + c];
      }
    }
    result.add(logits, of, n);
    return n;
  }

  /** Returns the label of each column of {@link #result}, ascending. */
  public int[] classes() {
    return classes.clone();
  }

  /** Returns accuracies, loss and confusion matrix. */
  public ClassificationResult result() {
    return result;
  }

  /** Returns the number of samples whose class did not occur in training. */
  public int unknown() {
    return unknown;
  }

  /** Returns for each class its label, name, accuracy (recall) and number of samples. */
  public List<Map<String, Object>> perClass(Probe.About about) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      int column = about.classes().indexOf(classes[i]);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("class", classes[i]);
      row.put("label", column < 0 ? Integer.toString(classes[i]) : about.name(column));
      row.put("accuracy", 100 * result.confusion().recall(i));
      row.put("support", result.confusion().support(i));
      rows.add(row);
    }
    return rows;
  }
}
