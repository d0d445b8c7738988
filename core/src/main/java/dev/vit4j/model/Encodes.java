package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/** A model that maps an image to one feature vector. */
public interface Encodes {
  /**
   * Returns the feature vectors that the head reads.
   *
   * @param pixels normalized images [B, C, H, W]
   * @return [B, D]
   */
  Tensor features(Tensor pixels);
}
