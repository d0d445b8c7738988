package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Applies one random operation with random strength (Müller and Hutter 2021; torchvision's {@code
 * TrivialAugmentWide} with 31 strengths).
 *
 * @param interpolation nearest, bilinear or bicubic
 * @param fill fill color of uncovered pixels: empty (black), one level, or red, green and blue
 */
record TrivialAugmentWide(Interpolation interpolation, List<Integer> fill) implements Transform {
  private static final int BINS = 31;

  /** All operations but invert, which is not part of this policy. */
  private static final List<TorchvisionOp> OPS =
      List.copyOf(EnumSet.complementOf(EnumSet.of(TorchvisionOp.INVERT)));

  TrivialAugmentWide {
    fill = Fill.checked(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    TorchvisionOp op = OPS.get(random.nextInt(OPS.size()));
    double magnitude = magnitude(op, random.nextInt(BINS));
    if (op.isSigned() && random.nextBoolean()) {
      magnitude = -magnitude;
    }
    return op.apply(image, magnitude, interpolation, fill);
  }

  /** Magnitude of a bin, from 0 to 30. */
  static double magnitude(TorchvisionOp op, int bin) {
    double part = bin / (BINS - 1.0);
    return switch (op) {
      case SHEAR_X, SHEAR_Y, BRIGHTNESS, COLOR, CONTRAST, SHARPNESS -> 0.99 * part;
      case TRANSLATE_X, TRANSLATE_Y -> 32 * part;
      case ROTATE -> 135 * part;
      case POSTERIZE -> 8 - Math.rint(6 * part);
      case SOLARIZE -> 255 - 255 * part;
      default -> 0;
    };
  }

  @Override
  public String toString() {
    return "TrivialAugmentWide(num_magnitude_bins=%d, interpolation=InterpolationMode.%s, fill=%s)"
        .formatted(BINS, interpolation.name(), Fill.print(fill));
  }
}
