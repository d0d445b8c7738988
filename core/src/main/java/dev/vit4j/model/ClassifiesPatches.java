package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;

/**
 * A segmentation model with two outputs for each patch of an image: scores of the classes in the
 * patch, and a few masks. The j-th mask belongs to the class with the j-th highest score.
 */
public interface ClassifiesPatches extends Segments {
  /**
   * Computes both outputs.
   *
   * @param pixels normalized images [B, C, H, W]; H and W are multiples of {@link #patchSize}
   */
  PatchOutputs patches(Tensor pixels);

  /** Height and width of a patch in pixels. */
  int patchSize();

  /** M, the number of masks of a patch. */
  int masksPerPatch();
}
