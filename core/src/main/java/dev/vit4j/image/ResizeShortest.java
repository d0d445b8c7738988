package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * Resizing until the shortest side has a given size, the shape kept (torchvision's {@code
 * Resize(size)}); the longer side is cut down to a whole number of pixels.
 *
 * @param size of the shorter side of the result, pixels
 * @param interpolation the filter
 */
public record ResizeShortest(int size, Interpolation interpolation) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the side is below 1
   */
  public ResizeShortest {
    if (size < 1) {
      throw new IllegalArgumentException("Resize needs a side of at least 1 pixel, not " + size);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /**
   * The resized picture; no chance is involved.
   *
   * @throws IllegalArgumentException if the picture is so thin that the result would be larger than
   *     {@link Image#maxPixels()}
   */
  public Image apply(Image image) {
    boolean tall = image.height() > image.width();
    double longest = longer(image);
    return tall
        ? Resize.limited(image, longest, size, interpolation)
        : Resize.limited(image, size, longest, interpolation);
  }

  /** As Python's int(size * long / short). */
  private double longer(Image image) {
    long longest = Math.max(image.height(), image.width());
    return Math.floor((double) (size * longest) / Math.min(image.height(), image.width()));
  }

  @Override
  public String toString() {
    return "Resize(size=%d, interpolation=%s, max_size=None, antialias=True)"
        .formatted(size, interpolation);
  }
}
