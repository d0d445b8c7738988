package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import dev.vit4j.image.Transform;
import java.util.random.RandomGenerator;

/**
 * An operation of a policy, with probability and magnitude (timm's {@code AugmentOp}).
 *
 * @param kind the operation
 * @param p probability, 0 to 1
 * @param magnitude 0 to 10, or to {@link AugmentParams}' maximum
 * @param params parameters common to all operations
 */
record AugmentOp(AugmentKind kind, double p, int magnitude, AugmentParams params)
    implements Transform {
  @Override
  public Image apply(Image image, RandomGenerator random) {
    if (p < 1 && random.nextDouble() >= p) {
      return image;
    }
    double drawn = magnitude;
    double std = params.magnitudeStd();
    if (std == Double.POSITIVE_INFINITY) {
      drawn = magnitude * random.nextDouble();
    } else if (std > 0) {
      drawn = magnitude + std * random.nextGaussian();
    }
    drawn = Math.max(0, Math.min(drawn, params.magnitudeMax()));
    int sign = kind.isSigned() && random.nextBoolean() ? -1 : 1;
    return kind.apply(image, kind.argument(drawn, sign, params), params, random);
  }

  @Override
  public String toString() {
    double std = params.magnitudeStd();
    String shown = std == 0 ? "0" : Double.isInfinite(std) ? "inf" : Double.toString(std);
    int max = params.magnitudeMax();
    return "AugmentOp(name=%s, p=%s, m=%d, mstd=%s%s)"
        .formatted(kind, p, magnitude, shown, max == AugmentParams.FULL ? "" : ", mmax=" + max);
  }
}
