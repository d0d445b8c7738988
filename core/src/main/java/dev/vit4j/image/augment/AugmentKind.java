package dev.vit4j.image.augment;

import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The operations of timm's policies and their strength at a magnitude from 0 to 10.
 *
 * <p>{@code …_INCREASING} operations become stronger with the magnitude; the plain ones may become
 * weaker.
 */
enum AugmentKind {
  AUTO_CONTRAST,
  EQUALIZE,
  INVERT,
  ROTATE,
  POSTERIZE,
  POSTERIZE_INCREASING,
  POSTERIZE_ORIGINAL,
  SOLARIZE,
  SOLARIZE_INCREASING,
  SOLARIZE_ADD,
  COLOR,
  COLOR_INCREASING,
  CONTRAST,
  CONTRAST_INCREASING,
  BRIGHTNESS,
  BRIGHTNESS_INCREASING,
  SHARPNESS,
  SHARPNESS_INCREASING,
  SHEAR_X,
  SHEAR_Y,
  TRANSLATE_X,
  TRANSLATE_Y,
  TRANSLATE_X_REL,
  TRANSLATE_Y_REL,
  DESATURATE,
  GAUSSIAN_BLUR,
  GAUSSIAN_BLUR_RAND;

  /** Returns the operation with timm's name, such as {@code TranslateXRel}. */
  static AugmentKind named(String timm) {
    return Arrays.stream(values())
        .filter(kind -> kind.toString().equals(timm))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown operation " + timm));
  }

  /** Parses a line of timm's names. */
  static List<AugmentKind> list(String names) {
    return Arrays.stream(names.split(" ")).map(AugmentKind::named).toList();
  }

  /** Whether the direction is random: left or right, more or less. */
  boolean isSigned() {
    return switch (this) {
      case ROTATE,
          COLOR_INCREASING,
          CONTRAST_INCREASING,
          BRIGHTNESS_INCREASING,
          SHARPNESS_INCREASING,
          SHEAR_X,
          SHEAR_Y,
          TRANSLATE_X,
          TRANSLATE_Y,
          TRANSLATE_X_REL,
          TRANSLATE_Y_REL ->
          true;
      default -> false;
    };
  }

  /**
   * Returns the operation's argument at a magnitude: degrees, bits, threshold, factor or fraction.
   *
   * @param magnitude 0 to 10, or more if a policy allows it
   * @param sign 1 or -1, the direction of signed operations
   */
  double argument(double magnitude, int sign, AugmentParams params) {
    double level = magnitude / AugmentParams.FULL;
    return switch (this) {
      case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
      case ROTATE -> sign * level * 30;
      case POSTERIZE -> (int) (level * 4);
      case POSTERIZE_INCREASING -> 4 - (int) (level * 4);
      case POSTERIZE_ORIGINAL -> (int) (level * 4) + 4;
      case SOLARIZE -> Math.min(256, (int) (level * 256));
      case SOLARIZE_INCREASING -> 256 - Math.min(256, (int) (level * 256));
      case SOLARIZE_ADD -> Math.min(128, (int) (level * 110));
      case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS -> level * 1.8 + 0.1;
      case COLOR_INCREASING, CONTRAST_INCREASING, BRIGHTNESS_INCREASING, SHARPNESS_INCREASING ->
          Math.max(0.1, 1 + sign * (level * .9));
      case SHEAR_X, SHEAR_Y -> sign * level * 0.3;
      case TRANSLATE_X, TRANSLATE_Y -> sign * level * params.translateConst();
      case TRANSLATE_X_REL, TRANSLATE_Y_REL -> sign * level * params.translatePct();
      case DESATURATE -> between(0.5, 1, level);
      case GAUSSIAN_BLUR -> between(0.1, 2, level);
      case GAUSSIAN_BLUR_RAND -> between(0, 1, level);
    };
  }

  private static double between(double min, double max, double level) {
    return Math.max(min, Math.min(max, min + (max - min) * level));
  }

  /** Applies the operation. */
  Image apply(Image image, double a, AugmentParams params, RandomGenerator random) {
    return switch (this) {
      case AUTO_CONTRAST -> PointOps.autocontrast(image);
      case EQUALIZE -> PointOps.equalize(image);
      case INVERT -> PointOps.invert(image);
      case POSTERIZE, POSTERIZE_INCREASING, POSTERIZE_ORIGINAL ->
          PointOps.posterize(image, Math.max(0, (int) a));
      case SOLARIZE, SOLARIZE_INCREASING -> PointOps.solarize(image, a);
      case SOLARIZE_ADD -> PointOps.solarizeAdd(image, (int) a);
      case COLOR, COLOR_INCREASING -> Enhance.color(image, a);
      case CONTRAST, CONTRAST_INCREASING -> Enhance.contrast(image, a);
      case BRIGHTNESS, BRIGHTNESS_INCREASING -> Enhance.brightness(image, a);
      case SHARPNESS, SHARPNESS_INCREASING -> Enhance.sharpness(image, a);
      case DESATURATE -> Enhance.color(image, Math.min(1, Math.max(0, 1 - a)));
      case GAUSSIAN_BLUR -> BoxBlur.gaussian(image, a);
      case GAUSSIAN_BLUR_RAND ->
          BoxBlur.gaussian(image, 0.1 + (2.0 * a - 0.1) * random.nextDouble());
      case ROTATE -> {
        Interpolation filter = filter(params, random);
        yield Affine.rotate(image, a, filter, false, Fill.of(params.fill(), image.channels()));
      }
      case SHEAR_X -> moved(image, params, random, 1, a, 0, 0, 1, 0);
      case SHEAR_Y -> moved(image, params, random, 1, 0, 0, a, 1, 0);
      case TRANSLATE_X -> moved(image, params, random, 1, 0, a, 0, 1, 0);
      case TRANSLATE_Y -> moved(image, params, random, 1, 0, 0, 0, 1, a);
      case TRANSLATE_X_REL -> moved(image, params, random, 1, 0, a * image.width(), 0, 1, 0);
      case TRANSLATE_Y_REL -> moved(image, params, random, 1, 0, 0, 0, 1, a * image.height());
    };
  }

  private static Image moved(
      Image image, AugmentParams params, RandomGenerator random, double... matrix) {
    Interpolation filter = filter(params, random);
    return Affine.transform(image, matrix, filter, Fill.of(params.fill(), image.channels()));
  }

  private static Interpolation filter(AugmentParams params, RandomGenerator random) {
    List<Interpolation> filters = params.interpolation();
    return filters.get(filters.size() == 1 ? 0 : random.nextInt(filters.size()));
  }

  /** timm's name. */
  @Override
  public String toString() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
