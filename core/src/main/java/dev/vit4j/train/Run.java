package dev.vit4j.train;

import java.nio.file.Path;

/**
 * A training's folder and what it gave. Accuracies are percentages.
 *
 * @param epochs whole epochs done
 * @param bestEpoch the epoch whose weights are kept as best
 * @param valTop1 of the best epoch; NaN without a validation split
 * @param testTop1 of the best epoch's weights; NaN if it was stopped before the end
 * @param seconds over all sessions
 * @param stopped whether it was asked to stop before its end
 */
public record Run(
    Path folder,
    int epochs,
    int bestEpoch,
    double valTop1,
    double testTop1,
    double seconds,
    boolean stopped) {

  /** The same run, tested. */
  Run withTest(double top1) {
    return new Run(folder, epochs, bestEpoch, valTop1, top1, seconds, stopped);
  }

  /** The weights folder of the best epoch. */
  public Path best() {
    return RunFolder.best(folder);
  }
}
