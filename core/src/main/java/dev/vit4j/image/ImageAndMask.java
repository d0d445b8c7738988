package dev.vit4j.image;

/**
 * An image and its segmentation mask, for transforms that apply to both.
 *
 * @param image [H, W, C]
 * @param mask class indices [H, W, 1]; pixels of {@link #IGNORE_INDEX} have no class
 */
public record ImageAndMask(Image image, Image mask) {
  /** The class index of pixels that losses and metrics ignore, as in Pascal VOC's masks. */
  public static final int IGNORE_INDEX = 255;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the mask has another size than the image or 3 channels
   */
  public ImageAndMask {
    if (mask.channels() != 1) {
      throw new IllegalArgumentException(
          "a mask has 1 channel of class indices, not " + mask.channels());
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
