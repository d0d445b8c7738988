package dev.vit4j.data;

import dev.vit4j.format.Count;
import dev.vit4j.format.FirstFew;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Splits a data set so that every class, or other group of samples, keeps its share. */
public final class StratifiedSplit {
  private StratifiedSplit() {}

  /**
   * Splits a data set in two.
   *
   * <p>The second split has {@code round(fraction * size)} samples: the share of each class is
   * rounded down, and the classes with the largest remainders contribute one more sample. A class
   * of few samples can be left out of the second split, but never of the first. Both splits keep
   * the order of samples.
   *
   * @param fraction share of the second split, above 0 and below 1
   * @param seed seed of the split
   * @param part name of the second split for messages, such as {@code validation}
   * @param notes receives a line about classes without samples in the second split
   * @return the remaining samples (training), then the share of {@code fraction}
   * @throws IllegalArgumentException if the fraction is out of range, or the second split would
   *     have no samples
   */
  public static Subset[] split(
      Dataset data, double fraction, long seed, String part, Consumer<String> notes) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "a %s split must be above 0 and below 1, not %s".formatted(part, fraction));
    }
    int[][] byClass = byClass(data);
    int[] held = shares(data, byClass, fraction, part);
    boolean[] second = new boolean[data.size()];
    for (int c = 0; c < byClass.length; c++) {
      Shuffle.shuffle(byClass[c], Shuffle.mix(seed, c));
      for (int i = 0; i < held[c]; i++) {
        second[byClass[c][i]] = true;
      }
    }
    List<String> rare =
        IntStream.range(0, held.length)
            .filter(c -> byClass[c].length > 0 && held[c] == 0)
            .mapToObj(c -> group(data, c) + " " + count(byClass[c].length))
            .toList();
    if (!rare.isEmpty()) {
      notes.accept(
          "%s: too few samples for the %s split, so all are trained on: %s"
              .formatted(data.name(), part, FirstFew.of(rare)));
    }
    return parts(data, second, part);
  }

  private static String count(int samples) {
    return "(" + Count.of(samples, "sample") + ")";
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
   * exactly one fold, every class with enough samples in all of them, and sizes differ by at most
   * one. Both splits keep the order of samples.
   *
   * @param fold fold number, from 1
   * @param seed seed of the split
   * @return the remaining samples (training), then the fold (validation)
   * @param notes receives a line about classes with fewer samples than folds
   * @throws IllegalArgumentException if a number is out of range, or every class has fewer samples
   *     than folds
   */
  public static Subset[] fold(
      Dataset data, int fold, int folds, long seed, Consumer<String> notes) {
    if (folds < 2 || fold < 1 || fold > folds) {
      throw new IllegalArgumentException(
          "fold %d of %d: use a fold from 1 to K, with K at least 2".formatted(fold, folds));
    }
    int[][] byClass = byClass(data);
    List<String> rare =
        IntStream.range(0, byClass.length)
            .filter(c -> byClass[c].length > 0 && byClass[c].length < folds)
            .mapToObj(c -> group(data, c) + " " + count(byClass[c].length))
            .toList();
    if (Arrays.stream(byClass).allMatch(of -> of.length < folds)) {
      throw new IllegalArgumentException(
          "%s has too few samples for %d folds, %s: use fewer folds or more data"
              .formatted(data.name(), folds, FirstFew.of(rare)));
    }
    if (!rare.isEmpty()) {
      notes.accept(
          "%s: fewer samples than %d folds, so some folds have none: %s"
              .formatted(data.name(), folds, FirstFew.of(rare)));
    }
    boolean[] held = new boolean[data.size()];
    int dealt = 0;
    for (int c = 0; c < byClass.length; c++) {
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

  private static int[] shares(Dataset data, int[][] byClass, double fraction, String part) {
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
    for (int c : byRemainder) {
      if (missing > 0 && held[c] + 1 < byClass[c].length) { // one is left to train on
        held[c]++;
        missing--;
      }
    }
    if (Arrays.stream(held).sum() == 0) {
      throw new IllegalArgumentException(
          "a %s split of %s of the %,d samples of %s has none: use a larger share or more data"
              .formatted(part, fraction, data.size(), data.name()));
    }
    return held;
  }
}
