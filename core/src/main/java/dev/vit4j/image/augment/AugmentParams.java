package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Interpolation;
import java.util.List;

/**
 * Parameters common to all operations of a policy: timm's {@code hparams}.
 *
 * @param magnitudeStd standard deviation of the normally distributed magnitude; 0 for none,
 *     infinite for a uniform distribution from 0
 * @param magnitudeMax maximum magnitude
 * @param translateConst pixels that {@code TranslateX} moves at magnitude 10
 * @param translatePct fraction of the side that {@code TranslateXRel} moves at magnitude 10
 * @param fill fill color of uncovered pixels: empty (black), one level, or red, green and blue
 * @param interpolation filter of geometric operations; one of several is drawn each time
 */
record AugmentParams(
    double magnitudeStd,
    int magnitudeMax,
    int translateConst,
    double translatePct,
    List<Integer> fill,
    List<Interpolation> interpolation) {
  /** timm's denominator: the magnitude at which operations reach their full range. */
  static final int FULL = 10;

  AugmentParams {
    fill = Fill.checked(fill);
    interpolation = List.copyOf(interpolation);
  }

  /** Returns timm's parameters for training images of this size and mean. */
  static AugmentParams of(
      int height, int width, List<Double> mean, List<Interpolation> interpolation) {
    List<Integer> levels =
        mean.stream().map(m -> (int) Math.max(0, Math.min(255, Math.rint(255 * m)))).toList();
    int pixels = (int) (Math.min(height, width) * 0.45);
    return new AugmentParams(0, FULL, pixels, 0.45, levels, interpolation);
  }

  AugmentParams withMagnitude(double std, int max) {
    return new AugmentParams(std, max, translateConst, translatePct, fill, interpolation);
  }

  AugmentParams withTranslatePct(double pct) {
    return new AugmentParams(magnitudeStd, magnitudeMax, translateConst, pct, fill, interpolation);
  }
}
