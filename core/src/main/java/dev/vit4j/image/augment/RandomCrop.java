package dev.vit4j.image.augment;

import dev.vit4j.image.Crop;
import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Transform;
import java.util.random.RandomGenerator;

/**
 * Crops a random rectangle after black padding on all sides (torchvision's {@code RandomCrop}).
 *
 * @param height height of the result in pixels
 * @param width width of the result in pixels
 * @param padding pixels added on each side before cropping
 */
public record RandomCrop(int height, int width, int padding) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1 or padding below 0
   */
  public RandomCrop {
    if (height < 1 || width < 1 || padding < 0) {
      throw new IllegalArgumentException(
          "RandomCrop needs sides >= 1 and padding >= 0, not %d x %d and %d"
              .formatted(height, width, padding));
    }
  }

  /** Creates a square crop. */
  public RandomCrop(int size, int padding) {
    this(size, size, padding);
  }

  /**
   * Crops a random rectangle.
   *
   * @throws IllegalArgumentException if the padded image is smaller than the crop
   */
  @Override
  public Image apply(Image image, RandomGenerator random) {
    int[] corner = corner(image, random);
    return Crop.of(image, corner[0], corner[1], height, width);
  }

  /** Crops the same rectangle from both; the mask's padding has the ignored class. */
  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    int[] corner = corner(pair.image(), random);
    return Crop.of(pair, corner[0], corner[1], height, width);
  }

  /** Draws the first row and column, which may be in the padding. */
  private int[] corner(Image image, RandomGenerator random) {
    int rows = image.height() + 2 * padding - height;
    int columns = image.width() + 2 * padding - width;
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "RandomCrop of %d x %d pixels does not fit an image of %d x %d padded by %d: resize it first"
              .formatted(height, width, image.height(), image.width(), padding));
    }
    int top = random.nextInt(rows + 1) - padding;
    int left = random.nextInt(columns + 1) - padding;
    return new int[] {top, left};
  }

  @Override
  public String toString() {
    return "RandomCrop(size=(" + height + ", " + width + "), padding=" + padding + ")";
  }
}
