package dev.vit4j.task;

import dev.vit4j.data.Batch;

/** What a training minimizes. */
public interface Objective extends AutoCloseable {
  /**
   * The forward pass and the loss of a batch, with everything random drawn.
   *
   * @param step number of the batch, from 0 over the whole training; seeds what is drawn
   * @param done share of the training that is done, from 0 to 1
   */
  Step step(Batch batch, long step, double done);

  @Override
  void close();
}
