package dev.vit4j.image;

/**
 * An image and the values of its pixels, such as a segmentation mask, for transforms that apply to
 * both.
 *
 * @param image [H, W, C]
 * @param mask values [H, W, 1, 2 or 4] in the encoding of {@link PixelValues}; pixels whose bytes
 *     are all {@link #IGNORE_INDEX} have no value
 */
public record ImageAndMask(Image image, Image mask) {
  /** The bytes of pixels that losses and metrics ignore, as in Pascal VOC's masks. */
  public static final int IGNORE_INDEX = 255;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the mask has another size than the image or 3 channels
   */
  public ImageAndMask {
    if (mask.channels() == 3) {
      PixelValues.requireClasses(3);
    }
    if (image.width() != mask.width() || image.height() != mask.height()) {
      throw new IllegalArgumentException(
          "the mask is %d x %d pixels, its image is %d x %d (width x height): they must be equal"
              .formatted(mask.width(), mask.height(), image.width(), image.height()));
    }
  }

  /** The same mask with another image of the same size. */
  public ImageAndMask withImage(Image other) {
    return other == image ? this : new ImageAndMask(other, mask);
  }
}
