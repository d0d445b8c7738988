package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;

/** Masks at the size of an image and at that of a model. */
public final class LabelMap {
  private LabelMap() {}

  /** Resizes a mask to the nearest pixels. */
  public static Image resize(Image mask, int height, int width) {
    return mask.height() == height && mask.width() == width
        ? mask
        : new Resize(height, width, Interpolation.NEAREST).apply(mask);
  }
}
