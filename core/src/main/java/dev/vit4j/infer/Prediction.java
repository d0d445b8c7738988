package dev.vit4j.infer;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A class predicted by a classifier.
 *
 * @param index class index, from 0
 * @param label class name
 * @param probability probability from 0 to 1, see {@link Classifier#probabilities}; any number for
 *     a regression model
 */
public record Prediction(int index, String label, float probability) {
  /**
   * Returns the k most probable classes, best first; ties by class index.
   *
   * @param probabilities probabilities of all classes
   * @param classes names of all classes
   * @param k maximum number of predictions
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
