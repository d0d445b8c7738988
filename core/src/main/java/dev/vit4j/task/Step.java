package dev.vit4j.task;

import dev.vit4j.model.Model;
import dev.vit4j.tensor.Tensor;

/**
 * The forward pass and the loss of one batch. Everything random is drawn when the step is made, so
 * it is the same however many workers share the batch. Each worker calls the methods for its own
 * shard of samples, at the same time as others.
 */
public interface Step {
  /**
   * What the model reads of some samples, on the device.
   *
   * @param from the first sample
   * @param count how many, at least 1
   */
  Tensor[] inputs(int from, int count);

  /**
   * The forward pass; it runs in the training's precision.
   *
   * @return new tensors, which the caller frees; the first dimension of each is the samples. A
   *     parameter that the loss needs, such as a learned temperature, is returned once per sample
   *     ({@link Tensor#expand}).
   */
  Tensor[] forward(Model model, Tensor[] inputs);

  /**
   * The loss of the outputs of some samples; it runs in f32.
   *
   * @param outputs of the samples {@code from} to {@code from + count}
   */
  Loss loss(Tensor[] outputs, int from, int count);

  /**
   * Whether the loss compares the samples of a batch with each other, as a contrastive loss does.
   * The outputs of all workers are then gathered along their first dimension, the loss is computed
   * once, and each worker goes backward from the gradient of its own outputs: the result does not
   * depend on the number of workers.
   */
  default boolean comparesSamples() {
    return false;
  }
}
