package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Measures a model on a data set, batch by batch, in constant memory but for a few bytes a sample.
 */
public interface Measure {
  /**
   * Runs the model over a batch and reduces what it gives. Several threads call this at once, in
   * evaluation mode, without gradients, in a scope of their own.
   *
   * @return adds the batch to the totals; run in the order of the batches, one at a time
   * @throws IOException if a target of a sample cannot be read
   */
  Runnable take(Model model, Batch batch) throws IOException;

  /** The metrics over all batches so far, by key, {@code loss} among them. */
  Map<String, Double> values();

  /**
   * The evidence: tables and images.
   *
   * @param classes names of the model's classes
   */
  Evaluation evaluation(List<String> classes);
}
