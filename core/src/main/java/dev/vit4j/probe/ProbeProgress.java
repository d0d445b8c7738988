package dev.vit4j.probe;

import java.io.IOException;

/** Receives the progress of a training, which it can stop by an exception. */
@FunctionalInterface
public interface ProbeProgress {
  /** Ignores everything. */
  ProbeProgress NONE = (step, value) -> {};

  /**
   * Called after each step.
   *
   * @param step iteration of a solver, or epoch, from 1
   * @param value objective of a solver, or mean training loss of an epoch
   * @throws IOException to stop
   */
  void step(int step, double value) throws IOException;
}
