package dev.vit4j.spark;

import dev.vit4j.train.Run;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Result of a training on a cluster, with values by metric key as in {@link Run}.
 *
 * @param folder run folder, as rank 0 sees it
 * @param val validation values of the best epoch
 * @param test test values of the best weights
 * @param seconds training time
 */
public record TrainedRun(
    String folder, Map<String, Double> val, Map<String, Double> test, double seconds)
    implements Serializable {
  static TrainedRun of(Run run) {
    return new TrainedRun(
        run.folder().toString(),
        new LinkedHashMap<>(run.val()),
        new LinkedHashMap<>(run.test()),
        run.seconds());
  }
}
