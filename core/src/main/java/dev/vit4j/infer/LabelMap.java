package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;
import dev.vit4j.tensor.Tensor;

/** Converts the class of every pixel to a mask. */
public final class LabelMap {
  private LabelMap() {}

  /**
   * Returns a mask.
   *
   * @param labels class of each pixel, i64 [1, H, W]
   * @return class indices, one channel
   */
  public static Image of(Tensor labels) {
    long[] classes = labels.toLongs();
    byte[] pixels = new byte[classes.length];
    for (int i = 0; i < classes.length; i++) {
      pixels[i] = (byte) classes[i];
    }
    return new Image(Math.toIntExact(labels.size(2)), Math.toIntExact(labels.size(1)), 1, pixels);
  }

  /** Resizes a mask to the nearest pixels. */
  public static Image resize(Image mask, int height, int width) {
    return mask.height() == height && mask.width() == width
        ? mask
        : new Resize(height, width, Interpolation.NEAREST).apply(mask);
  }
}
