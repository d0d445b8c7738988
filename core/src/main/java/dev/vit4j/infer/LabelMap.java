package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.PixelValues;
import dev.vit4j.image.Resize;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/** Converts the class of every pixel to a mask. */
public final class LabelMap {
  private LabelMap() {}

  /**
   * Returns a mask.
   *
   * @param labels class of each pixel, i64 [1, H, W]
   * @param classes number of classes
   */
  public static Image of(Tensor labels, int classes) {
    int[] values = Arrays.stream(labels.toLongs()).mapToInt(Math::toIntExact).toArray();
    return PixelValues.ofLabels(
        values, Math.toIntExact(labels.size(2)), Math.toIntExact(labels.size(1)), classes);
  }

  /** Resizes a mask to the nearest pixels. */
  public static Image resize(Image mask, int height, int width) {
    return mask.height() == height && mask.width() == width
        ? mask
        : new Resize(height, width, Interpolation.NEAREST).apply(mask);
  }
}
