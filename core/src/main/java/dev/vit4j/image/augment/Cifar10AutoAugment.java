package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The AutoAugment policy for CIFAR-10 (Cubuk et al. 2018; torchvision's {@code
 * AutoAugment(AutoAugmentPolicy.CIFAR10)}).
 *
 * @param interpolation nearest, bilinear or bicubic
 * @param fill fill color of uncovered pixels: empty (black), one level, or red, green and blue
 */
record Cifar10AutoAugment(Interpolation interpolation, List<Integer> fill) implements Transform {
  private static final int BINS = 10;

  /** Two steps per line: operation, probability, magnitude bin. */
  static final List<List<Step>> POLICY =
      """
      invert 0.1 0, contrast 0.2 6
      rotate 0.7 2, translate_x 0.3 9
      sharpness 0.8 1, sharpness 0.9 3
      shear_y 0.5 8, translate_y 0.7 9
      auto_contrast 0.5 0, equalize 0.9 0
      shear_y 0.2 7, posterize 0.3 7
      color 0.4 3, brightness 0.6 7
      sharpness 0.3 9, brightness 0.7 9
      equalize 0.6 0, equalize 0.5 0
      contrast 0.6 7, sharpness 0.6 5
      color 0.7 7, translate_x 0.5 8
      equalize 0.3 0, auto_contrast 0.4 0
      translate_y 0.4 3, sharpness 0.2 6
      brightness 0.9 6, color 0.2 8
      solarize 0.5 2, invert 0.0 0
      equalize 0.2 0, auto_contrast 0.6 0
      equalize 0.2 0, equalize 0.6 0
      color 0.9 9, equalize 0.6 0
      auto_contrast 0.8 0, solarize 0.2 8
      brightness 0.1 3, color 0.7 0
      solarize 0.4 5, auto_contrast 0.9 0
      translate_y 0.9 9, translate_y 0.7 9
      auto_contrast 0.9 0, solarize 0.8 3
      equalize 0.8 0, invert 0.1 0
      translate_y 0.7 9, auto_contrast 0.9 0
      """
          .lines()
          .map(line -> Arrays.stream(line.split(", ")).map(Step::parse).toList())
          .toList();

  record Step(TorchvisionOp op, double p, int bin) {
    static Step parse(String words) {
      String[] word = words.split(" ", -1);
      return new Step(
          TorchvisionOp.valueOf(word[0].toUpperCase(Locale.ROOT)),
          Double.parseDouble(word[1]),
          Integer.parseInt(word[2]));
    }
  }

  Cifar10AutoAugment {
    fill = Fill.checked(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    Image out = image;
    for (Step step : POLICY.get(random.nextInt(POLICY.size()))) {
      boolean hit = random.nextDouble() < step.p();
      boolean negative = random.nextBoolean();
      if (hit) {
        double magnitude = magnitude(step.op(), step.bin(), image.height(), image.width());
        magnitude = step.op().isSigned() && negative ? -magnitude : magnitude;
        out = step.op().apply(out, magnitude, interpolation, fill);
      }
    }
    return out;
  }

  /** Magnitude of a bin, from 0 to 9, for an image of this size. */
  static double magnitude(TorchvisionOp op, int bin, int height, int width) {
    double part = bin / (BINS - 1.0);
    return switch (op) {
      case SHEAR_X, SHEAR_Y -> 0.3 * part;
      case TRANSLATE_X -> 150.0 / 331.0 * width * part;
      case TRANSLATE_Y -> 150.0 / 331.0 * height * part;
      case ROTATE -> 30 * part;
      case BRIGHTNESS, COLOR, CONTRAST, SHARPNESS -> 0.9 * part;
      case POSTERIZE -> 8 - Math.rint(4 * part);
      case SOLARIZE -> 255 - 255 * part;
      default -> 0;
    };
  }

  @Override
  public String toString() {
    return "AutoAugment(policy=AutoAugmentPolicy.CIFAR10, fill=" + Fill.print(fill) + ")";
  }
}
