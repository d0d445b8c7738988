package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * A square cut out at random after black padding on all sides (torchvision's {@code RandomCrop}).
 *
 * @param size side of the result, pixels
 * @param padding pixels added on each side first
 */
public record RandomCrop(int size, int padding) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if size is below 1 or padding below 0
   */
  public RandomCrop {
    if (size < 1 || padding < 0) {
      throw new IllegalArgumentException(
          "RandomCrop needs size >= 1 and padding >= 0, not " + size + " and " + padding);
    }
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the padded picture is smaller than the crop
   */
  @Override
  public Image apply(Image image, RandomGenerator random) {
    int rows = image.height() + 2 * padding - size;
    int columns = image.width() + 2 * padding - size;
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "RandomCrop of %d pixels does not fit a picture of %d x %d padded by %d: resize it first"
              .formatted(size, image.height(), image.width(), padding));
    }
    int top = random.nextInt(rows + 1) - padding;
    int left = random.nextInt(columns + 1) - padding;
    return Crop.of(image, top, left, size, size);
  }

  @Override
  public String toString() {
    return "RandomCrop(size=(" + size + ", " + size + "), padding=" + padding + ")";
  }
}
