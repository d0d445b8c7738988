package dev.vit4j.image.augment;

import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses timm's policy strings.
 *
 * <table>
 * <caption>The strings</caption>
 * <tr><td>{@code rand-m9-n2-p0.5-mstd0.5-mmax10-inc1-tweights}</td><td>RandAugment: magnitude,
 * operations per image, probability, standard deviation of the magnitude (above 100: uniform from
 * 0), maximum magnitude, increasing operations, set of operations ({@code weights}, {@code 3a},
 * {@code 3aw}; {@code w0} is the weighted set of older timm)</td></tr>
 * <tr><td>{@code augmix-m3-w3-d1-b1-a1-mstd0.5}</td><td>AugMix: magnitude, chains, operations in a
 * chain, blended, alpha, deviation</td></tr>
 * <tr><td>{@code v0, v0r, original, originalr, 3a}, each with {@code -mstd0.5}</td><td>timm's
 * AutoAugment</td></tr>
 * <tr><td>{@code cifar10}, {@code trivialaugment}</td><td>torchvision's</td></tr>
 * </table>
 */
public final class AugmentPolicy {
  private static final Pattern SECTION = Pattern.compile("([a-z]+)(\\d+(?:\\.\\d+)?)");
  private static final String START =
      "start with rand, augmix, v0, v0r, original, originalr, 3a, cifar10 or trivialaugment";

  private static final String PLAIN =
      "AutoContrast Equalize Invert Rotate Posterize Solarize SolarizeAdd Color Contrast Brightness"
          + " Sharpness ShearX ShearY TranslateXRel TranslateYRel";
  private static final String INCREASING =
      "AutoContrast Equalize Invert Rotate PosterizeIncreasing SolarizeIncreasing SolarizeAdd"
          + " ColorIncreasing ContrastIncreasing BrightnessIncreasing SharpnessIncreasing ShearX"
          + " ShearY TranslateXRel TranslateYRel";
  private static final String WEIGHTED =
      "Rotate ShearX ShearY TranslateXRel TranslateYRel ColorIncreasing SharpnessIncreasing"
          + " AutoContrast SolarizeIncreasing SolarizeAdd ContrastIncreasing BrightnessIncreasing"
          + " Equalize PosterizeIncreasing Invert";
  private static final List<Double> WEIGHTS =
      List.of(3., 2., 2., 1., 1., .25, .25, .25, .05, .05, .05, .05, .05, .05, .05);
  private static final String THREE = "SolarizeIncreasing Desaturate GaussianBlur";
  private static final String THREE_WEIGHTED =
      "SolarizeIncreasing Desaturate GaussianBlur Rotate ShearX ShearY PosterizeIncreasing"
          + " AutoContrast ColorIncreasing SharpnessIncreasing ContrastIncreasing"
          + " BrightnessIncreasing Equalize Invert";
  private static final List<Double> THREE_WEIGHTS =
      List.of(6., 6., 6., 3., 2., 2., 1., 1., 1., 1., 1., 1., 1., 1.);
  private static final String OLD_WEIGHTED =
      "Rotate ShearX ShearY TranslateXRel TranslateYRel Color Sharpness AutoContrast Solarize"
          + " SolarizeAdd Contrast Brightness Equalize";
  private static final List<Double> OLD_WEIGHTS =
      List.of(3., 2., 2., 1., 1., .25, .25, .25, .05, .05, .05, .05, .05);
  private static final String MIXED =
      "AutoContrast ColorIncreasing ContrastIncreasing BrightnessIncreasing SharpnessIncreasing"
          + " Equalize Rotate PosterizeIncreasing SolarizeIncreasing ShearX ShearY TranslateXRel"
          + " TranslateYRel";

  private AugmentPolicy() {}

  /**
   * Parses a policy for training images of a given size.
   *
   * @param text a policy string, as listed above
   * @param mean mean per channel, 0 to 1, the fill color of uncovered pixels; torchvision's
   *     policies fill with black
   * @param interpolation filter of geometric operations; one of several is drawn each time
   * @throws IllegalArgumentException naming the invalid section
   */
  public static Transform parse(
      String text, int height, int width, List<Double> mean, List<Interpolation> interpolation) {
    AugmentParams params = AugmentParams.of(height, width, mean, interpolation);
    String[] parts = text.split("-", -1);
    return switch (parts[0]) {
      case "rand" -> rand(text, parts, params);
      case "augmix" -> augmix(text, parts, params);
      case "v0", "v0r", "original", "originalr", "3a" -> {
        Map<String, String> options = options(text, parts, Set.of("mstd"));
        double std = number(text, options, "mstd", 0, 0, 1000);
        yield AutoAugmentPolicies.named(parts[0], params.withMagnitude(std, AugmentParams.FULL));
      }
      case "cifar10" -> {
        options(text, parts, Set.of());
        yield new Cifar10AutoAugment(interpolation.get(0), List.of());
      }
      case "trivialaugment" -> {
        options(text, parts, Set.of());
        yield new TrivialAugmentWide(interpolation.get(0), List.of());
      }
      default -> throw wrong(text, "'" + parts[0] + "' is not a policy: " + START);
    };
  }

  private static Transform rand(String text, String[] parts, AugmentParams params) {
    String set = "";
    List<String> numbers = new ArrayList<>();
    for (String part : parts) {
      if (part.startsWith("t")) {
        set = part.substring(1);
      } else {
        numbers.add(part);
      }
    }
    Map<String, String> options =
        options(
            text,
            numbers.toArray(String[]::new),
            Set.of("m", "n", "p", "mstd", "mmax", "inc", "w"));
    int m = whole(text, options, "m", AugmentParams.FULL, 0, 100);
    int n = whole(text, options, "n", 2, 1, 100);
    double p = number(text, options, "p", 0.5, 0, 1);
    double std = number(text, options, "mstd", 0, 0, 1000);
    int max = whole(text, options, "mmax", AugmentParams.FULL, 1, 100);
    boolean increasing = whole(text, options, "inc", 0, 0, 1) == 1;
    if (options.containsKey("w")) {
      whole(text, options, "w", 0, 0, 0);
      set = "w0";
    }
    List<Double> weights =
        switch (set) {
          case "weights" -> WEIGHTS;
          case "3aw" -> THREE_WEIGHTS;
          case "w0" -> OLD_WEIGHTS;
          default -> List.of();
        };
    String names =
        switch (set) {
          case "" -> increasing ? INCREASING : PLAIN;
          case "weights" -> WEIGHTED;
          case "3a" -> THREE;
          case "3aw" -> THREE_WEIGHTED;
          case "w0" -> OLD_WEIGHTED;
          default -> throw wrong(text, "'t" + set + "' is not a set: use tweights, t3a or t3aw");
        };
    AugmentParams all = params.withMagnitude(std > 100 ? Double.POSITIVE_INFINITY : std, max);
    List<AugmentOp> ops =
        AugmentKind.list(names).stream().map(kind -> new AugmentOp(kind, p, m, all)).toList();
    if (!weights.isEmpty() && n > ops.size()) {
      throw wrong(
          text, "n%d takes more than the %d operations of the set".formatted(n, ops.size()));
    }
    return new RandAugment(n, ops, weights);
  }

  private static Transform augmix(String text, String[] parts, AugmentParams params) {
    Map<String, String> options = options(text, parts, Set.of("m", "w", "d", "b", "a", "mstd"));
    int m = whole(text, options, "m", 3, 0, 10);
    double std =
        options.containsKey("mstd")
            ? number(text, options, "mstd", 0, 0, 1000)
            : Double.POSITIVE_INFINITY;
    AugmentParams all =
        params.withTranslatePct(0.3).withMagnitude(std, AugmentParams.FULL); // as timm's factory
    return new AugMix(
        AugmentKind.list(MIXED).stream().map(kind -> new AugmentOp(kind, 1, m, all)).toList(),
        number(text, options, "a", 1, 0.01, 100),
        whole(text, options, "w", 3, 1, 100),
        whole(text, options, "d", -1, 1, 100),
        whole(text, options, "b", 0, 0, 1) == 1);
  }

  /** Parses the sections after the first: letters to number. */
  private static Map<String, String> options(String text, String[] parts, Set<String> known) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      Matcher section = SECTION.matcher(parts[i]);
      if (!section.matches() || !known.contains(section.group(1))) {
        throw wrong(
            text,
            "'%s' is not one of its options: %s"
                .formatted(
                    parts[i],
                    known.isEmpty()
                        ? "it has none"
                        : "one of %s and a number".formatted(sorted(known))));
      }
      if (options.put(section.group(1), section.group(2)) != null) {
        throw wrong(text, "'" + section.group(1) + "' occurs twice");
      }
    }
    return options;
  }

  private static String sorted(Set<String> options) {
    List<String> list = new ArrayList<>(options);
    Collections.sort(list);
    return String.join(", ", list);
  }

  private static int whole(
      String text, Map<String, String> options, String key, int fallback, int min, int max) {
    String value = options.get(key);
    if (value != null && value.contains(".")) {
      throw wrong(
          text, "%s%s must be a whole number, such as %s%d".formatted(key, value, key, min));
    }
    return (int) number(text, options, key, fallback, min, max);
  }

  private static double number(
      String text,
      Map<String, String> options,
      String key,
      double fallback,
      double min,
      double max) {
    String value = options.get(key);
    if (value == null) {
      return fallback;
    }
    double number = Double.parseDouble(value);
    if (!(number >= min && number <= max)) {
      String nearest = String.valueOf(number < min ? min : max).replaceFirst("\\.0$", "");
      throw wrong(
          text, "%s%s is out of range: the nearest is %s%s".formatted(key, value, key, nearest));
    }
    return number;
  }

  private static IllegalArgumentException wrong(String text, String reason) {
    String shown = text.length() <= 60 ? text : text.substring(0, 60) + "…";
    return new IllegalArgumentException("'" + shown + "': " + reason);
  }
}
