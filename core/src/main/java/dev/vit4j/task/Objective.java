package dev.vit4j.task;

import dev.vit4j.data.Batch;

/** Training objective. */
public interface Objective extends AutoCloseable {
  /**
   * Prepares the forward pass and loss of a batch, and draws all random numbers.
   *
   * @param step number of the batch, from 0 over the whole training, which seeds the random numbers
   * @param done completed fraction of the training, 0 to 1
   */
  Step step(Batch batch, long step, double done);

  /**
   * Returns whether the batches that are accumulated for one optimizer step are compared with each
   * other. They are then one batch for {@link #step}, which the workers compute piece by piece.
   */
  default boolean joinsBatches() {
    return false;
  }

  /**
   * Returns whether the inputs of a sample also come from its partner, the sample at the same place
   * of the reversed batch.
   */
  default boolean mixesSamples() {
    return false;
  }

  /** Called after each optimizer step, for limits on parameters. */
  default void stepped() {}

  @Override
  void close();
}
