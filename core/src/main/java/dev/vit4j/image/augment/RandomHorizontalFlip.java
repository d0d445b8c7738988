package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Orientation;
import dev.vit4j.image.Transform;
import java.util.random.RandomGenerator;

/**
 * Randomly flips an image horizontally (torchvision's {@code RandomHorizontalFlip}).
 *
 * @param p probability, 0 to 1
 */
public record RandomHorizontalFlip(double p) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if p is not within 0 to 1
   */
  public RandomHorizontalFlip {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "RandomHorizontalFlip needs a probability from 0 to 1, not " + p);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return random.nextDouble() < p ? Orientation.apply(image, 2) : image;
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    return random.nextDouble() < p ? Orientation.apply(pair, 2) : pair;
  }

  @Override
  public String toString() {
    return "RandomHorizontalFlip(p=" + p + ")";
  }
}
