package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Measures a model on a data set, batch by batch, with at most a few bytes of memory per sample.
 */
public interface Measure {
  /**
   * Runs the model on a batch and reduces its output. Called by several threads concurrently, in
   * evaluation mode, without gradients, each call in its own scope.
   *
   * @return adds the batch to the totals; called in the order of batches, one at a time
   * @throws IOException if a target cannot be read
   */
  Runnable take(Model model, Batch batch) throws IOException;

  /** Returns the metrics over all batches so far by key, including {@code loss}. */
  Map<String, Double> values();

  /**
   * Returns the evaluation with tables and images.
   *
   * @param classes class names of the model
   */
  Evaluation evaluation(List<String> classes);
}
