package dev.vit4j.image;

import java.util.Locale;

/** Resampling filters of Pillow. */
public enum Interpolation {
  /** The nearest pixel. */
  NEAREST(0),
  /** Equal weights over the pixel's area. */
  BOX(0.5),
  /** Triangle filter. */
  BILINEAR(1),
  /** Hamming-windowed sinc with one lobe. */
  HAMMING(1),
  /** Keys' cubic with a = -0.5. */
  BICUBIC(2),
  /** Lanczos-windowed sinc with three lobes. */
  LANCZOS(3);

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** Half the filter's width in output pixels. */
  double support() {
    return support;
  }

  /** Weight at a distance in output pixels. */
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
