package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/** A model that outputs one score per class: {@code apply} maps [B, C, H, W] to [B, K]. */
public interface Classifies extends Encodes {
  /**
   * Applies the head to {@link #features}. For a model with one head, both together equal {@code
   * apply}; a model without a head returns the features.
   *
   * @param features [B, D]
   * @return logits [B, K]
   * @throws IllegalStateException if the model has several heads, with one feature vector each
   */
  Tensor scores(Tensor features);
}
