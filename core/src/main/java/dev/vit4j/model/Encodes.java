package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/** A model that turns an image into one vector. */
public interface Encodes {
  /**
   * The vectors that the head reads.
   *
   * @param pixels normalized images [B, C, H, W]
   * @return [B, D]
   */
  Tensor features(Tensor pixels);
}
