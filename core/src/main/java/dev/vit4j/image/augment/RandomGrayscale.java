package dev.vit4j.image.augment;

import dev.vit4j.image.ColorTransform;
import dev.vit4j.image.Image;
import java.util.random.RandomGenerator;

/**
 * Colour taken out with a chance, in as many channels as before (torchvision's {@code
 * RandomGrayscale}).
 *
 * @param p chance, 0 to 1
 */
public record RandomGrayscale(double p) implements ColorTransform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if p is not within 0 to 1
   */
  public RandomGrayscale {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("RandomGrayscale needs a chance from 0 to 1, not " + p);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    boolean hit = random.nextDouble() < p;
    return hit && image.channels() == 3 ? image.toGrey().toRgb() : image;
  }

  @Override
  public String toString() {
    return "RandomGrayscale(p=" + p + ")";
  }
}
