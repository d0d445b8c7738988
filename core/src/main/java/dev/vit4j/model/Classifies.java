package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/** A model that gives an image one score per class: {@code apply} takes [B, C, H, W] to [B, K]. */
public interface Classifies extends Encodes {
  /**
   * What the head makes of {@link #features}. For a model with one head both together are {@code
   * apply}; a model without a head returns the features.
   *
   * @param features [B, D]
   * @return logits [B, K]
   * @throws IllegalStateException if the model has several heads, which read a vector each
   */
  Tensor scores(Tensor features);
}
