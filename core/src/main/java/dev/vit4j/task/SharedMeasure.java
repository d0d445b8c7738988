package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.model.Model;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A measure whose batches may be computed by several processes, which all add the results of all.
 *
 * @param <T> result of a batch
 */
public interface SharedMeasure<T> extends Measure {
  /**
   * Runs the model on a batch and reduces its output; called as {@link #take}.
   *
   * @throws IOException if a target cannot be read
   */
  T compute(Model model, Batch batch) throws IOException;

  /** Adds the result of a batch; called in the order of batches, one at a time. */
  void add(T result);

  /** Writes a result for {@link #read} in another process. */
  void write(T result, DataOutputStream out) throws IOException;

  /** Reads a result, with all bits. */
  T read(DataInputStream in) throws IOException;

  @Override
  default Runnable take(Model model, Batch batch) throws IOException {
    T result = compute(model, batch);
    return () -> add(result);
  }
}
