package dev.vit4j.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Splits a data set so that every class, or other group of samples, keeps its share. */
public final class StratifiedSplit {
  private StratifiedSplit() {}

  /**
   * Splits a data set in two.
   *
   * <p>The second split has {@code round(fraction * size)} samples: the share of each class is
   * rounded down, and the classes with the largest remainders contribute one more sample. Both
   * splits keep the order of samples.
   *
   * @param fraction share of the second split, above 0 and below 1
   * @param seed seed of the split
   * @return the remaining samples (training), then the share of {@code fraction} (validation)
   * @throws IllegalArgumentException if the fraction is out of range or would leave a class without
   *     samples in one of the splits
   */
  public static Subset[] split(Dataset data, double fraction, long seed) {
    return split(data, fraction, seed, "validation", "validate");
  }

  /** Like the other method, with the name of the split and a verb for messages. */
  public static Subset[] split(Dataset data, double fraction, long seed, String part, String use) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "a %s split must be above 0 and below 1, not %s".formatted(part, fraction));
    }
    int[][] byClass = byClass(data);
    int[] held = shares(data, byClass, fraction, part, use);
    boolean[] second = new boolean[data.size()];
    for (int c = 0; c < byClass.length; c++) {
      Shuffle.shuffle(byClass[c], Shuffle.mix(seed, c));
      for (int i = 0; i < held[c]; i++) {
        second[byClass[c][i]] = true;
      }
    }
    return parts(data, second, part);
  }

  private static Subset[] parts(Dataset data, boolean[] second, String part) {
    int[] rest = IntStream.range(0, data.size()).filter(i -> !second[i]).toArray();
    int[] taken = IntStream.range(0, data.size()).filter(i -> second[i]).toArray();
    return new Subset[] {
      new Subset(data.name(), data, rest), new Subset(data.name() + " (" + part + ")", data, taken)
    };
  }

  /**
   * Splits a data set into one of {@code folds} stratified folds and the rest. Every sample is in
   * exactly one fold, every class in all of them, and sizes differ by at most one. Both splits keep
   * the order of samples.
   *
   * @param fold fold number, from 1
   * @param seed seed of the split
   * @return the remaining samples (training), then the fold (validation)
   * @throws IllegalArgumentException if a number is out of range, or a class has fewer samples than
   *     folds
   */
  public static Subset[] fold(Dataset data, int fold, int folds, long seed) {
    if (folds < 2 || fold < 1 || fold > folds) {
      throw new IllegalArgumentException(
          "fold %d of %d: use a fold from 1 to K, with K at least 2".formatted(fold, folds));
    }
    int[][] byClass = byClass(data);
    boolean[] held = new boolean[data.size()];
    int dealt = 0;
    for (int c = 0; c < byClass.length; c++) {
      if (byClass[c].length > 0 && byClass[c].length < folds) {
        throw new IllegalArgumentException(
            "%s has only %d samples for %d folds: use fewer folds or more data"
                .formatted(group(data, c), byClass[c].length, folds));
      }
      Shuffle.shuffle(byClass[c], Shuffle.mix(seed, c));
      for (int index : byClass[c]) {
        held[index] = dealt++ % folds == fold - 1; // round-robin, continued with the next class
      }
    }
    return parts(data, held, "validation");
  }

  private static String group(Dataset data, int group) {
    Targets targets = data.targets();
    return targets.groups() == 1 ? data.name() : targets.groupName(group);
  }

  private static int[][] byClass(Dataset data) {
    Targets targets = data.targets();
    int[] counts = new int[targets.groups()];
    for (int i = 0; i < data.size(); i++) {
      counts[targets.group(i)]++;
    }
    int[][] byClass = new int[counts.length][];
    Arrays.setAll(byClass, c -> new int[counts[c]]);
    for (int i = data.size() - 1; i >= 0; i--) {
      int c = targets.group(i);
      byClass[c][--counts[c]] = i;
    }
    return byClass;
  }

  private static int[] shares(
      Dataset data, int[][] byClass, double fraction, String part, String use) {
    int[] held = new int[byClass.length];
    for (int c = 0; c < held.length; c++) {
      held[c] = (int) Math.floor(byClass[c].length * fraction);
    }
    List<Integer> byRemainder =
        IntStream.range(0, held.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer c) -> held[c] - byClass[c].length * fraction))
            .toList();
    long missing = Math.round(data.size() * fraction) - Arrays.stream(held).asLongStream().sum();
    for (int i = 0; i < missing; i++) {
      held[byRemainder.get(i)]++;
    }
    for (int c = 0; c < held.length; c++) {
      int count = byClass[c].length;
      if (count > 0 && (held[c] == 0 || held[c] == count)) {
        throw new IllegalArgumentException(
            "a %s split of %s leaves %s (%d samples) without samples to %s: use %s"
                .formatted(
                    part,
                    fraction,
                    group(data, c),
                    count,
                    held[c] == 0 ? use + " on" : "train on",
                    "another fraction or more data"));
      }
    }
    return held;
  }
}
