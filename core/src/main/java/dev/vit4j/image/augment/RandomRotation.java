package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Turned by a random angle about the centre (torchvision's {@code RandomRotation}).
 *
 * @param degrees range of the angle, counter-clockwise
 * @param interpolation nearest, bilinear or bicubic
 * @param expand make the picture large enough to hold all
 * @param fill colour of the corners: none (black), one level, or red, green and blue
 */
public record RandomRotation(
    Interval degrees, Interpolation interpolation, boolean expand, List<Integer> fill)
    implements Transform {
  /**
   * Checks the colour.
   *
   * @throws IllegalArgumentException if it is none
   */
  public RandomRotation {
    fill = Fill.checked(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    byte[] colour = Fill.of(fill, image.channels());
    return Affine.rotate(image, degrees.draw(random), interpolation, expand, colour);
  }

  @Override
  public String toString() {
    return "RandomRotation(degrees=[%s, %s], interpolation=%s, expand=%s, fill=%s)"
        .formatted(
            degrees.min(),
            degrees.max(),
            interpolation,
            expand ? "True" : "False",
            fill.isEmpty() ? "0" : Fill.print(fill));
  }
}
