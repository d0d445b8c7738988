package dev.vit4j.image.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import dev.vit4j.image.Fill;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every operation against the pixels of Pillow and torchvision: exactly. */
class AugmentGoldenTest {
  static Stream<String> cases() {
    return Stream.of("08-augment/", "08-augment-more/")
        .flatMap(
            folder ->
                Fixture.json(folder + "cases.json")
                    .valueStream()
                    .map(node -> folder + node.get("expected").stringValue()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPillow(String expected) throws IOException {
    String folder = expected.substring(0, expected.indexOf('/') + 1);
    JsonNode test =
        Fixture.json(folder + "cases.json")
            .valueStream()
            .filter(node -> expected.equals(folder + node.get("expected").stringValue()))
            .findFirst()
            .orElseThrow();
    String name = test.get("source").stringValue();
    // All but two sources are of the first folder.
    boolean grey = name.equals("grey.png") || name.equals("sparse.png");
    Image source = Image.read(Fixture.path((grey ? folder : "08-augment/") + name));
    byte[] before = source.pixels().clone();
    Image got = apply(test.get("op").stringValue(), test.get("args"), source);
    Image want = Image.read(Fixture.path(expected));
    assertThat(got).hasToString(want.toString());
    assertThat(got.pixels()).isEqualTo(want.pixels());
    assertThat(source.pixels()).isEqualTo(before);
  }

  private static Image apply(String op, JsonNode args, Image image) {
    double factor = args.path("factor").asDouble();
    double pct = args.path("pct").asDouble();
    Interpolation filter =
        Interpolation.valueOf(args.path("resample").asString("NEAREST").toUpperCase(Locale.ROOT));
    byte[] fill = Fill.of(levels(args.path("fill").asString("")), image.channels());
    return switch (op) {
      case "autocontrast" -> PointOps.autocontrast(image);
      case "equalize" -> PointOps.equalize(image);
      case "invert" -> PointOps.invert(image);
      case "posterize" -> PointOps.posterize(image, args.get("bits").asInt());
      case "solarize" -> PointOps.solarize(image, args.get("threshold").asInt());
      case "solarize_add" -> PointOps.solarizeAdd(image, args.get("add").asInt());
      case "adjust_gamma" -> PointOps.gamma(image, factor);
      case "color" -> Enhance.color(image, factor);
      case "contrast" -> Enhance.contrast(image, factor);
      case "brightness" -> Enhance.brightness(image, factor);
      case "sharpness" -> Enhance.sharpness(image, factor);
      case "adjust_hue" -> Hue.adjust(image, factor);
      case "gaussian_blur" -> BoxBlur.gaussian(image, args.get("radius").asDouble());
      case "shear_x" -> Affine.transform(image, new double[] {1, factor, 0, 0, 1, 0}, filter, fill);
      case "shear_y" -> Affine.transform(image, new double[] {1, 0, 0, factor, 1, 0}, filter, fill);
      case "translate_x_rel" ->
          Affine.transform(image, new double[] {1, 0, pct * image.width(), 0, 1, 0}, filter, fill);
      case "translate_y_rel" ->
          Affine.transform(image, new double[] {1, 0, 0, 0, 1, pct * image.height()}, filter, fill);
      case "rotate", "rotate_expand" ->
          Affine.rotate(image, args.get("degrees").asDouble(), filter, op.endsWith("expand"), fill);
      case "torchvision_affine" -> torchvision(args, image, filter, fill);
      case "torchvision_blur" ->
          new GaussianBlur(args.get("kernel").asInt(), new Interval(factor, factor))
              .apply(image, new SplittableRandom(1));
      case "vflip" -> new RandomVerticalFlip(1).apply(image, new SplittableRandom(1));
      case "hflip" -> new RandomHorizontalFlip(1).apply(image, new SplittableRandom(1));
      case "grayscale" -> image.toGrey().toRgb();
      default -> throw new IllegalArgumentException("a test for " + op + " is missing");
    };
  }

  private static Image torchvision(JsonNode args, Image image, Interpolation filter, byte[] fill) {
    List<Double> shift = numbers(args.get("translate").asString());
    List<Double> shear = numbers(args.get("shear").asString());
    double[] matrix =
        Affine.torchvision(
            image.width() * 0.5,
            image.height() * 0.5,
            args.get("angle").asDouble(),
            shift.get(0),
            shift.get(1),
            args.get("scale").asDouble(),
            shear.get(0),
            shear.get(1));
    return Affine.transform(image, matrix, filter, fill);
  }

  private static List<Integer> levels(String tuple) {
    return numbers(tuple).stream().map(Double::intValue).toList();
  }

  private static List<Double> numbers(String tuple) {
    return Arrays.stream(tuple.split("[(), ]+"))
        .filter(word -> !word.isEmpty())
        .map(Double::valueOf)
        .toList();
  }
}
