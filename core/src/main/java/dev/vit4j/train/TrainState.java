package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import dev.vit4j.task.Tally;
import dev.vit4j.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far a training has come: with the weights and the optimizer's state all that it needs. */
final class TrainState {
  int epoch; // whole epochs done
  int batch; // batches done of the next one
  long step; // optimizer steps done
  double lossSum; // over the samples of the epoch so far
  Tally tally = Tally.NONE; // of the epoch so far
  long seen; // samples of the epoch so far
  double seconds; // of all sessions so far
  double epochSeconds; // of the epoch so far
  double epochWaited; // seconds of these for data
  int bestEpoch; // 0: none yet
  final Map<String, Double> best = new LinkedHashMap<>(); // the best validation's values, by key
  final List<EpochRow> history = new ArrayList<>();

  /** Forgets the sums of an epoch that is done. */
  void beginEpoch() {
    batch = 0;
    lossSum = 0;
    tally = Tally.NONE;
    seen = 0;
    epochSeconds = 0;
    epochWaited = 0;
  }

  /** Means over the epoch so far, by metric key. */
  Map<String, Double> means(Task task) {
    Map<String, Double> means = new LinkedHashMap<>();
    means.put(Metric.LOSS.key(), lossSum / seen);
    task.trainMetrics().forEach(m -> means.put(m.key(), m.ofShare(tally.share(m.key()))));
    return means;
  }

  /** Share of the epoch's time so far that was spent waiting for data. */
  double dataWait() {
    return epochSeconds > 0 ? Math.min(1, epochWaited / epochSeconds) : 0;
  }

  /** Validations since the best one; the history tells, so that a resume counts on. */
  int validationsSinceBest() {
    return (int) history.stream().filter(r -> r.epoch() > bestEpoch && r.validated()).count();
  }

  /** Whether a validation beats all before: a better metric, or as good with a lower loss. */
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
}
