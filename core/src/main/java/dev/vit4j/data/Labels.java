package dev.vit4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Targets with one class per sample.
 *
 * @param labels class index of each sample, from 0
 * @param classes class names
 */
public record Labels(int[] labels, List<String> classes) implements Targets {
  /**
   * Copies the names but not the labels.
   *
   * @throws IllegalArgumentException if a label is out of range
   */
  public Labels {
    classes = List.copyOf(classes);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new IllegalArgumentException(
            "sample %d has label %d, but there are %d classes"
                .formatted(i, labels[i], classes.size()));
      }
    }
  }

  /**
   * Returns the labels of a data set.
   *
   * @throws IllegalArgumentException if the data set has other targets
   */
  public static Labels of(Dataset data) {
    if (data.targets() instanceof Labels labels) {
      return labels;
    }
    throw new IllegalArgumentException(
        "%s has no class labels: classification needs one class for every image%s"
            .formatted(
                data.name(),
                data.targets() instanceof Masks
                    ? "; to learn from its masks, set task to segmentation and choose a segmentation model"
                    : ""));
  }

  /** Returns the class index of a sample, from 0. */
  public int label(int index) {
    return labels[index];
  }

  @Override
  public long[] counts() {
    long[] counts = new long[classes.size()];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  @Override
  public Labels select(int[] indices) {
    return new Labels(Arrays.stream(indices).map(i -> labels[i]).toArray(), classes);
  }

  @Override
  public Map<String, Column> columns(int[] indices) {
    long[] values = Arrays.stream(indices).mapToLong(i -> labels[i]).toArray();
    return Map.of(Batch.LABEL, new Column.Longs(values));
  }

  /** Each class is a group. */
  @Override
  public int groups() {
    return classes.size();
  }

  @Override
  public int group(int index) {
    return labels[index];
  }
}
