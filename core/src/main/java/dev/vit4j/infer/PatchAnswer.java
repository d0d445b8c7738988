package dev.vit4j.infer;

import dev.vit4j.model.PatchOutputs;
import dev.vit4j.tensor.Tensor;

/**
 * The outputs of a multitask model for one image.
 *
 * @param classes logits of the classes of each patch, [patches, classes]
 * @param masks logits of the masks, [patches, pixels of a patch, masks]
 * @param rows number of patches in a column of the image
 * @param columns number of patches in a row of the image
 * @param patchSize height and width of a patch in pixels
 */
public record PatchAnswer(float[] classes, float[] masks, int rows, int columns, int patchSize) {
  /** Returns the outputs as tensors of one image. */
  PatchOutputs outputs() {
    int patches = rows * columns;
    int pixels = patchSize * patchSize;
    return new PatchOutputs(
        Tensor.of(classes, 1, patches, classes.length / patches),
        Tensor.of(masks, 1, patches, pixels, masks.length / patches / pixels),
        columns,
        patchSize);
  }
}
