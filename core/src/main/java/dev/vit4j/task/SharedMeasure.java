package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.model.Model;

/**
 * A measure whose batches may be computed by several processes: the outputs of a batch are numbers.
 */
public interface SharedMeasure extends Measure {
  /**
   * Runs the model on a batch, as {@link #take}.
   *
   * @return the outputs for {@link #add}
   */
  float[] outputs(Model model, Batch batch);

  /**
   * Adds the outputs of a batch; called in the order of batches, one at a time.
   *
   * @param targets batch without images
   */
  void add(Batch targets, float[] outputs);

  @Override
  default Runnable take(Model model, Batch batch) {
    float[] outputs = outputs(model, batch);
    return () -> add(batch, outputs);
  }
}
