package dev.vit4j.image.augment;

import dev.vit4j.image.ColorTransform;
import dev.vit4j.image.Image;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Erases random rectangles (Zhong et al. 2017) as timm's {@code RandomErasing} does after
 * normalization, here on 8-bit pixels. Masks keep their classes in the erased rectangles.
 *
 * @param probability probability that an image is changed, 0 to 1
 * @param mode how rectangles are filled
 * @param maxCount maximum number of rectangles; the number is random, and the area is divided among
 *     them
 * @param area total area of all rectangles as a fraction of the image
 * @param aspect height over width of a rectangle
 * @param mean mean per channel, for pixels from 0 to 1: timm's zero
 * @param std standard deviation per channel, for pixels from 0 to 1: timm's one
 */
public record RandomErasing(
    double probability,
    Mode mode,
    int maxCount,
    Interval area,
    Interval aspect,
    List<Double> mean,
    List<Double> std)
    implements ColorTransform {
  private static final int TRIES = 10;

  /** How a rectangle is filled. */
  public enum Mode {
    /** With the mean. */
    CONST,
    /** With one normally distributed color. */
    RAND,
    /** With normally distributed pixels. */
    PIXEL
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public RandomErasing {
    if (!(probability >= 0 && probability <= 1) || maxCount < 1) {
      throw new IllegalArgumentException(
          "RandomErasing needs a probability from 0 to 1 and a count of at least 1, not %s and %d"
              .formatted(probability, maxCount));
    }
    if (!(area.min() >= 0 && area.max() <= 1 && aspect.min() > 0)) {
      throw new IllegalArgumentException(
          "RandomErasing needs an area from 0 to 1 and an aspect above 0, not %s and %s"
              .formatted(area, aspect));
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "RandomErasing needs a mean and a std for each channel, not " + mean + " and " + std);
    }
  }

  /** Uses timm's areas (2 to 33 %) and aspect ratios (0.3 to 3.3). */
  public RandomErasing(
      double probability, Mode mode, int maxCount, List<Double> mean, List<Double> std) {
    this(
        probability,
        mode,
        maxCount,
        new Interval(0.02, 1 / 3.0),
        new Interval(0.3, 1 / 0.3),
        mean,
        std);
  }

  /**
   * Erases rectangles.
   *
   * @throws IllegalArgumentException if the image and the mean have different numbers of channels
   */
  @Override
  public Image apply(Image image, RandomGenerator random) {
    if (mean.size() != image.channels()) {
      throw new IllegalArgumentException(
          "RandomErasing has %d means, the image has %d channels"
              .formatted(mean.size(), image.channels()));
    }
    if (random.nextDouble() >= probability) {
      return image;
    }
    int count = maxCount == 1 ? 1 : 1 + random.nextInt(maxCount);
    byte[] out = image.pixels().clone();
    for (int i = 0; i < count; i++) {
      erase(image, out, (double) image.width() * image.height() / count, random);
    }
    return new Image(image.width(), image.height(), image.channels(), out);
  }

  /** Erases one rectangle, smaller than the image on both axes; none if ten draws fail. */
  private void erase(Image image, byte[] out, double share, RandomGenerator random) {
    for (int i = 0; i < TRIES; i++) {
      double target = share * area.draw(random);
      double shape = aspect.drawLog(random);
      int h = (int) Math.rint(Math.sqrt(target * shape));
      int w = (int) Math.rint(Math.sqrt(target / shape));
      if (w < image.width() && h < image.height()) {
        int top = random.nextInt(image.height() - h + 1);
        int left = random.nextInt(image.width() - w + 1);
        paint(image, out, top, left, h, w, random);
        return;
      }
    }
  }

  private void paint(
      Image image, byte[] out, int top, int left, int h, int w, RandomGenerator random) {
    int channels = image.channels();
    byte[] colour = new byte[channels];
    draw(colour, random);
    for (int y = top; y < top + h; y++) {
      for (int x = left; x < left + w; x++) {
        if (mode == Mode.PIXEL) {
          draw(colour, random);
        }
        System.arraycopy(colour, 0, out, (y * image.width() + x) * channels, channels);
      }
    }
  }

  private void draw(byte[] colour, RandomGenerator random) {
    for (int c = 0; c < colour.length; c++) {
      double noise = mode == Mode.CONST ? 0 : random.nextGaussian();
      double level = Math.rint(255 * (mean.get(c) + std.get(c) * noise));
      colour[c] = (byte) (int) Math.max(0, Math.min(255, level));
    }
  }

  @Override
  public String toString() {
    return "RandomErasing(p=%s, mode=%s, count=(1, %d))"
        .formatted(probability, mode.name().toLowerCase(Locale.ROOT), maxCount);
  }
}
