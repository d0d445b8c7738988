package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Tally;
import dev.vit4j.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counters and history of a training; with weights and optimizer state its complete state. */
final class TrainState {
  int epoch; // completed epochs
  int batch; // completed batches of the current epoch
  long step; // completed optimizer steps
  double lossSum; // sum of losses of the epoch so far
  Tally tally = Tally.NONE; // in the epoch so far
  long seen; // samples in the epoch so far
  double seconds; // in all sessions so far
  double epochSeconds; // in the epoch so far
  double epochWaited; // seconds of these spent waiting for data
  int bestEpoch; // 0 if there is none
  final Map<String, Double> best =
      new LinkedHashMap<>(); // validation values of the best epoch, by key
  final List<EpochRow> history = new ArrayList<>();

  /** Resets the sums for a new epoch. */
  void beginEpoch() {
    batch = 0;
    lossSum = 0;
    tally = Tally.NONE;
    seen = 0;
    epochSeconds = 0;
    epochWaited = 0;
  }

  /** Returns means over the epoch so far, by metric key. */
  Map<String, Double> means(Task task) {
    Map<String, Double> means = new LinkedHashMap<>();
    means.put(Metric.LOSS.key(), lossSum / seen);
    task.trainMetrics().forEach(m -> means.put(m.key(), tally.value(m)));
    return means;
  }

  /** Returns the fraction of the epoch's time so far spent waiting for data. */
  double dataWait() {
    return epochSeconds > 0 ? Math.min(1, epochWaited / epochSeconds) : 0;
  }

  /** Returns the number of validations since the best one, computed from the history. */
  int validationsSinceBest() {
    return (int) history.stream().filter(r -> r.epoch() > bestEpoch && r.validated()).count();
  }

  /**
   * Returns whether a validation is the best so far: a better metric, or equal with a lower loss.
   */
  boolean improves(Metric decides, Map<String, Double> val) {
    double now = val.getOrDefault(decides.key(), Double.NaN);
    Double before = best.get(decides.key());
    if (Double.isNaN(now)) {
      return false;
    }
    String loss = Metric.LOSS.key();
    return before == null
        || decides.isBetter(now, before)
        || (now == before && val.getOrDefault(loss, Double.NaN) < best.getOrDefault(loss, 0.0));
  }

  /** Early stopping depends only on the history, so that a resumed run stops too. */
  boolean isStoppedEarly(Recipe recipe) {
    Integer patience = recipe.find(RunKeys.PATIENCE).orElse(null);
    return patience != null && validationsSinceBest() >= patience;
  }
}
