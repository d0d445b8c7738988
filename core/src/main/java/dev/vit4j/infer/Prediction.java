package dev.vit4j.infer;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One answer of a classifier.
 *
 * @param index the class, from 0
 * @param label its name
 * @param probability from 0 to 1; those of all classes sum to 1
 */
public record Prediction(int index, String label, float probability) {
  /**
   * The k most probable classes, the first of equals first.
   *
   * @param probabilities of all classes
   * @param classes their names
   * @param k how many at most
   */
  public static List<Prediction> top(float[] probabilities, List<String> classes, int k) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
        .limit(k)
        .map(i -> new Prediction(i, classes.get(i), probabilities[i]))
        .toList();
  }
}
