package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import java.util.EnumSet;
import java.util.List;

/** The operations of torchvision's policies; magnitudes have the operation's unit. */
enum TorchvisionOp {
  IDENTITY,
  SHEAR_X,
  SHEAR_Y,
  TRANSLATE_X,
  TRANSLATE_Y,
  ROTATE,
  BRIGHTNESS,
  COLOR,
  CONTRAST,
  SHARPNESS,
  POSTERIZE,
  SOLARIZE,
  AUTO_CONTRAST,
  EQUALIZE,
  INVERT;

  /** Whether the magnitude has a random sign. */
  boolean isSigned() {
    return EnumSet.range(SHEAR_X, SHARPNESS).contains(this);
  }

  /**
   * Applies the operation.
   *
   * @param magnitude shear: tangent; translate: pixels; rotate: degrees; posterize: bits; solarize:
   *     threshold; brightness, color, contrast, sharpness: the factor minus 1
   */
  Image apply(Image image, double magnitude, Interpolation filter, List<Integer> fill) {
    byte[] colour = Fill.of(fill, image.channels());
    double degrees = Math.toDegrees(Math.atan(magnitude));
    double cx = image.width() * 0.5;
    double cy = image.height() * 0.5;
    int pixels = (int) magnitude;
    return switch (this) {
      case IDENTITY -> image;
      case SHEAR_X ->
          Affine.transform(image, Affine.torchvision(0, 0, 0, 0, 0, 1, degrees, 0), filter, colour);
      case SHEAR_Y ->
          Affine.transform(image, Affine.torchvision(0, 0, 0, 0, 0, 1, 0, degrees), filter, colour);
      case TRANSLATE_X ->
          Affine.transform(
              image, Affine.torchvision(cx, cy, 0, pixels, 0, 1, 0, 0), filter, colour);
      case TRANSLATE_Y ->
          Affine.transform(
              image, Affine.torchvision(cx, cy, 0, 0, pixels, 1, 0, 0), filter, colour);
      case ROTATE -> Affine.rotate(image, magnitude, filter, false, colour);
      case BRIGHTNESS -> Enhance.brightness(image, 1 + magnitude);
      case COLOR -> Enhance.color(image, 1 + magnitude);
      case CONTRAST -> Enhance.contrast(image, 1 + magnitude);
      case SHARPNESS -> Enhance.sharpness(image, 1 + magnitude);
      case POSTERIZE -> PointOps.posterize(image, pixels);
      case SOLARIZE -> PointOps.solarize(image, magnitude);
      case AUTO_CONTRAST -> PointOps.autocontrast(image);
      case EQUALIZE -> PointOps.equalize(image);
      case INVERT -> PointOps.invert(image);
    };
  }
}
