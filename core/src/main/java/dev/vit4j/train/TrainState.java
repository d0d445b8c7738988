package dev.vit4j.train;

import java.util.ArrayList;
import java.util.List;

/** How far a training has come: with the weights and the optimiser's state all that it needs. */
final class TrainState {
  int epoch; // whole epochs done
  int batch; // batches done of the next one
  long step; // optimiser steps done
  double lossSum; // over the samples of the epoch so far
  long correct;
  long seen;
  double seconds; // of all sessions so far
  double epochSeconds; // of the epoch so far
  double epochWaited; // seconds of these for data
  int bestEpoch; // 0: none yet
  double bestTop1 = -1;
  double bestLoss = Double.POSITIVE_INFINITY;
  final List<EpochRow> history = new ArrayList<>();

  /** Forgets the sums of an epoch that is done. */
  void beginEpoch() {
    batch = 0;
    lossSum = 0;
    correct = 0;
    seen = 0;
    epochSeconds = 0;
    epochWaited = 0;
  }

  /** Share of the epoch's time so far that was spent waiting for data. */
  double dataWait() {
    return epochSeconds > 0 ? Math.min(1, epochWaited / epochSeconds) : 0;
  }

  /** Validations since the best one; the history tells, so that a resume counts on. */
  int validationsSinceBest() {
    return (int)
        history.stream().filter(r -> r.epoch() > bestEpoch && !Double.isNaN(r.valTop1())).count();
  }

  /** Whether this validation beats all before: higher accuracy, or as high with a lower loss. */
  boolean improves(double top1, double loss) {
    return top1 > bestTop1 || (top1 == bestTop1 && loss < bestLoss);
  }
}
