package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/** A model whose last layer before pooling is a grid of vectors, which a decoder can read. */
public interface FeatureMaps {
  /**
   * The grid of vectors, normalized as the head reads them.
   *
   * @param pixels normalized images [B, C, H, W]
   * @return [B, D, h, w]
   */
  Tensor featureMap(Tensor pixels);

  /** D, the length of a vector. */
  int mapChannels();

  /** Pixels of the image per cell of the grid, vertically and horizontally. */
  int[] mapStride();
}
