package dev.vit4j.probe;

import dev.vit4j.format.Count;
import dev.vit4j.tensor.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Random parts of labeled features, with the same fraction or number of samples of each class. */
public final class Splits {
  private Splits() {}

  /**
   * Two parts of a set.
   *
   * @param held samples that were held out, such as for validation
   */
  public record Parts(Features train, Features held) {}

  /**
   * Selects the same number of samples of each class.
   *
   * @param shots number of samples per class, at least 1
   * @throws IllegalArgumentException if a class has fewer samples
   */
  public static Features fewShot(Features features, int shots, long seed) {
    if (shots < 1) {
      throw new IllegalArgumentException("shots must be at least 1, not " + shots);
    }
    return features.select(
        split(
            features,
            seed,
            count -> {
              if (count < shots) {
                throw new IllegalArgumentException(
                    "%s has a class with only %s: use at most %s"
                        .formatted(
                            features.origin().source(),
                            Count.of(count, "sample"),
                            Count.of(count, "shot")));
              }
              return shots;
            })[0]);
  }

  /**
   * Holds out a fraction of each class, rounded, at least one sample and never all.
   *
   * @param fraction above 0 and below 1
   * @throws IllegalArgumentException if a class has fewer than two samples
   */
  public static Parts holdOut(Features features, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "the fraction to hold out is above 0 and below 1, not " + fraction);
    }
    int[][] parts =
        split(
            features,
            seed,
            count -> {
              if (count < 2) {
                throw new IllegalArgumentException(
                    features.origin().source()
                        + " has a class with one sample only: a validation split needs two");
              }
              int held = (int) Math.round(count * fraction);
              return Math.max(1, Math.min(count - 1, held));
            });
    return new Parts(features.select(parts[1]), features.select(parts[0]));
  }

  /** Divides the rows: the first part gets a number of random samples of each class. */
  private static int[][] split(Features features, long seed, IntUnaryOperator take) {
    int[] labels = features.labels();
    List<Integer> taken = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    for (int label : features.classes()) {
      int[] rows = new int[labels.length];
      int count = 0;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == label) {
          rows[count++] = i;
        }
      }
      int[] shuffled = Arrays.copyOf(rows, count);
      shuffle(shuffled, Generator.mix(seed, label));
      int first = take.applyAsInt(count);
      for (int i = 0; i < count; i++) {
        (i < first ? taken : rest).add(shuffled[i]);
      }
    }
    return new int[][] {sorted(taken), sorted(rest)};
  }

  private static int[] sorted(List<Integer> rows) {
    return rows.stream().mapToInt(i -> i).sorted().toArray();
  }

  /** Shuffles in place (Fisher-Yates). */
  static void shuffle(int[] values, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
