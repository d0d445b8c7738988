package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/** A model whose last feature map is a grid of vectors, for use by a decoder. */
public interface FeatureMaps {
  /**
   * Returns the feature map, normalized as the head reads it.
   *
   * @param pixels normalized images [B, C, H, W]
   * @return [B, D, h, w]
   */
  Tensor featureMap(Tensor pixels);

  /** D, the length of each vector. */
  int mapChannels();

  /** Pixels of the image per grid cell: vertical, horizontal. */
  int[] mapStride();
}
