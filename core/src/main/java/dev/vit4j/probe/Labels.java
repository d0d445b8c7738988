package dev.vit4j.probe;

import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/** Labels as columns of the scores: the classes that occur, in ascending order. */
final class Labels {
  private Labels() {}

  /**
   * Returns the classes of training features.
   *
   * @throws IllegalArgumentException if there are fewer than two
   */
  static int[] twoOrMore(Features train) {
    int[] classes = train.classes();
    if (classes.length < 2) {
      throw new IllegalArgumentException(
          "%s has samples of one class only, %d: at least two are needed"
              .formatted(train.origin().source(), classes[0]));
    }
    return classes;
  }

  /** Returns the column of each sample, i64 [N]. */
  static Tensor columns(Features features, int[] classes) {
    long[] columns =
        Arrays.stream(features.labels())
            .mapToLong(label -> Arrays.binarySearch(classes, label))
            .toArray();
    return Tensor.of(columns, columns.length);
  }
}
