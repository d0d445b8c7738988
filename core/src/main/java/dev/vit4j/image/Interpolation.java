package dev.vit4j.image;

import java.util.Locale;

/** How a resize weighs source pixels: Pillow's filters. */
public enum Interpolation {
  /** The pixel under the center; no weighing. */
  NEAREST(0),
  /** Equal weights over the pixel's area. */
  BOX(0.5),
  /** A triangle. */
  BILINEAR(1),
  /** A Hamming-windowed sinc of one lobe. */
  HAMMING(1),
  /** Keys' cubic with a = -0.5. */
  BICUBIC(2),
  /** A sinc of three lobes, windowed by its own first lobe. */
  LANCZOS(3);

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** Half the width of the filter in output pixels. */
  double support() {
    return support;
  }

  /** The weight at a distance in output pixels. */
  double weight(double x) {
    return switch (this) {
      case NEAREST -> throw new IllegalStateException("NEAREST weighs nothing");
      case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
      case BILINEAR -> Math.max(0, 1 - Math.abs(x));
      case HAMMING -> hamming(x);
      case BICUBIC -> cubic(x);
      case LANCZOS -> Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  /** torchvision's name, such as {@code bicubic}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double hamming(double distance) {
    double x = Math.abs(distance);
    return x >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x));
  }

  private static double cubic(double distance) {
    double x = Math.abs(distance);
    if (x >= 2) {
      return 0;
    }
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
