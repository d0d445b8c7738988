package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turned, moved, scaled and sheared at random about the centre (torchvision's {@code
 * RandomAffine}).
 *
 * @param degrees range of the angle, clockwise
 * @param translate largest moves to the side and down, as shares of width and height, 0 to 1; null
 *     for none
 * @param scale range of the factor; null for none
 * @param shear range of the horizontal shear in degrees; null for none
 * @param interpolation nearest, bilinear or bicubic
 * @param fill colour of what is not covered: none (black), one level, or red, green and blue
 */
public record RandomAffine(
    Interval degrees,
    @Nullable List<Double> translate,
    @Nullable Interval scale,
    @Nullable Interval shear,
    Interpolation interpolation,
    List<Integer> fill)
    implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the one that is out of range
   */
  public RandomAffine {
    if (translate != null) {
      translate = List.copyOf(translate);
      if (translate.size() != 2 || !translate.stream().allMatch(t -> t >= 0 && t <= 1)) {
        throw new IllegalArgumentException(
            "RandomAffine needs two shares from 0 to 1 for translate, not " + translate);
      }
    }
    if (scale != null && !(scale.min() > 0)) {
      throw new IllegalArgumentException("RandomAffine needs a scale above 0, not " + scale);
    }
    fill = Fill.checked(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    double angle = degrees.draw(random);
    double dx = 0;
    double dy = 0;
    if (translate != null) {
      dx = Math.rint(translate.get(0) * image.width() * (2 * random.nextDouble() - 1));
      dy = Math.rint(translate.get(1) * image.height() * (2 * random.nextDouble() - 1));
    }
    double factor = scale == null ? 1 : scale.draw(random);
    double sheared = shear == null ? 0 : shear.draw(random);
    double[] matrix =
        Affine.torchvision(
            image.width() * 0.5, image.height() * 0.5, angle, dx, dy, factor, sheared, 0);
    return Affine.transform(image, matrix, interpolation, Fill.of(fill, image.channels()));
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("RandomAffine(degrees=" + list(degrees));
    if (translate != null) {
      out.append(", translate=(%s, %s)".formatted(translate.get(0), translate.get(1)));
    }
    if (scale != null) {
      out.append(", scale=").append(scale);
    }
    if (shear != null) {
      out.append(", shear=").append(list(shear));
    }
    if (interpolation != Interpolation.NEAREST) {
      out.append(", interpolation=").append(interpolation);
    }
    if (!fill.isEmpty()) {
      out.append(", fill=").append(Fill.print(fill));
    }
    return out.append(')').toString();
  }

  private static String list(Interval range) {
    return "[" + range.min() + ", " + range.max() + "]";
  }
}
