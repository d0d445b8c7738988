package dev.vit4j.task;

import dev.vit4j.model.Model;
import dev.vit4j.tensor.Tensor;

/**
 * Forward pass and loss of one batch. All random numbers are drawn when the step is created, so
 * that results do not depend on the number of workers. Workers call the methods concurrently, each
 * for its own shard.
 */
public interface Step {
  /**
   * Returns the model inputs of some samples on the device.
   *
   * @param from first sample
   * @param count number of samples, at least 1
   */
  Tensor[] inputs(int from, int count);

  /**
   * Runs the forward pass in the precision of the training.
   *
   * @return new tensors, which the caller frees; their first dimension is the samples. A parameter
   *     that the loss needs, such as a learned temperature, is returned once per sample ({@link
   *     Tensor#expand}).
   */
  Tensor[] forward(Model model, Tensor[] inputs);

  /**
   * Computes the loss of some samples in f32.
   *
   * @param outputs outputs of the samples {@code from} to {@code from + count}
   */
  Loss loss(Tensor[] outputs, int from, int count);

  /**
   * Returns whether the loss depends on pairs of samples in a batch, like a contrastive loss. The
   * outputs of all workers are then concatenated along the first dimension, the loss is computed
   * once, and each worker runs its backward pass from the gradient of its outputs, so that the
   * result does not depend on the number of workers.
   */
  default boolean comparesSamples() {
    return false;
  }
}
