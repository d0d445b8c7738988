package dev.vit4j.image.augment;

import dev.vit4j.image.ColorTransform;
import dev.vit4j.image.Image;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Randomly changes brightness, contrast, saturation and hue, in random order (torchvision's {@code
 * ColorJitter}).
 *
 * @param brightness range of the factor, 1 for no change; null to leave unchanged
 * @param contrast as brightness
 * @param saturation as brightness; no effect on gray images
 * @param hue range of the shift, within -0.5 to 0.5 of the circle; null to leave unchanged
 */
public record ColorJitter(
    @Nullable Interval brightness,
    @Nullable Interval contrast,
    @Nullable Interval saturation,
    @Nullable Interval hue)
    implements ColorTransform {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a factor may be below 0 or the hue shift out of range
   */
  public ColorJitter {
    checkFactor("brightness", brightness);
    checkFactor("contrast", contrast);
    checkFactor("saturation", saturation);
    if (hue != null && (hue.min() < -0.5 || hue.max() > 0.5)) {
      throw new IllegalArgumentException("ColorJitter needs a hue from -0.5 to 0.5, not " + hue);
    }
  }

  private static void checkFactor(String name, @Nullable Interval range) {
    if (range != null && range.min() < 0) {
      throw new IllegalArgumentException(
          "ColorJitter needs a %s of at least 0, not %s".formatted(name, range));
    }
  }

  /**
   * Creates a jitter from the maximum change of each property in both directions; 0 for no change.
   */
  public static ColorJitter of(double brightness, double contrast, double saturation, double hue) {
    return new ColorJitter(
        around1(brightness),
        around1(contrast),
        around1(saturation),
        hue == 0 ? null : new Interval(-hue, hue));
  }

  private static @Nullable Interval around1(double by) {
    return by == 0 ? null : new Interval(Math.max(0, 1 - by), 1 + by);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    int[] order = {0, 1, 2, 3};
    for (int i = 3; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    Image out = image;
    for (int step : order) {
      out =
          switch (step) {
            case 0 -> brightness == null ? out : Enhance.brightness(out, brightness.draw(random));
            case 1 -> contrast == null ? out : Enhance.contrast(out, contrast.draw(random));
            case 2 -> saturation == null ? out : Enhance.color(out, saturation.draw(random));
            default -> hue == null ? out : Hue.adjust(out, hue.draw(random));
          };
    }
    return out;
  }

  @Override
  public String toString() {
    return "ColorJitter(brightness=%s, contrast=%s, saturation=%s, hue=%s)"
        .formatted(print(brightness), print(contrast), print(saturation), print(hue));
  }

  private static String print(@Nullable Interval range) {
    return range == null ? "None" : range.toString();
  }
}
