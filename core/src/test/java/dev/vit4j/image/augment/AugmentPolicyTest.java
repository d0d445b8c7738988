package dev.vit4j.image.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class AugmentPolicyTest {
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Interpolation> RANDOM =
      List.of(Interpolation.BILINEAR, Interpolation.BICUBIC);
  private static final JsonNode PRINTED = Fixture.json("08-augment-more/printed.json");
  private static final JsonNode LEVELS = Fixture.json("08-augment-more/levels.json");

  private static Transform parse(String text) {
    return AugmentPolicy.parse(text, 64, 64, MEAN, RANDOM);
  }

  static Stream<String> strings() {
    return PRINTED.propertyNames().stream().filter(name -> !name.equals("transforms"));
  }

  /** The same operations with the same numbers, for the same string. */
  @ParameterizedTest
  @MethodSource("strings")
  void printsAsTimm(String text) {
    String want = PRINTED.get(text).get("text").stringValue();
    // A magnitude that is left out is a float in Python.
    assertThat(parse(text).toString()).isEqualTo(want.replace("m=10.0", "m=10"));
    if (PRINTED.get(text).has("weights")) {
      List<Double> weights = ((RandAugment) parse(text)).weights();
      double sum = weights.stream().mapToDouble(w -> w).sum();
      List<Double> shares = weights.stream().map(w -> w / sum).toList();
      List<Double> timm =
          PRINTED.get(text).get("weights").valueStream().map(JsonNode::asDouble).toList();
      for (int i = 0; i < timm.size(); i++) {
        assertThat(shares.get(i)).isCloseTo(timm.get(i), within(1e-12));
      }
    }
  }

  @Test
  void magnitudesAreTimms() {
    JsonNode fixture = Fixture.json("08-augment/randaugment.json");
    JsonNode table = fixture.get("table");
    AugmentParams params = new AugmentParams(0, 10, 100, 0.45, List.of(), RANDOM);
    assertThat(table.propertyNames()).isNotEmpty();
    for (String name : table.propertyNames()) {
      AugmentKind kind = AugmentKind.named(name);
      assertThat(kind.isSigned())
          .isEqualTo(!table.get(name).get("random_sign").asString().equals("no"));
      for (int m = 0; m <= 10; m++) {
        JsonNode want = table.get(name).get("args").get(String.valueOf(m));
        double expected = want.isNull() ? 0 : want.get(0).asDouble();
        assertThat(kind.argument(m, 1, params)).as("%s at %d", name, m).isEqualTo(expected);
      }
    }
    assertThat(AugmentKind.COLOR_INCREASING.argument(10, -1, params)).isEqualTo(0.1, within(1e-12));
    assertThat(AugmentKind.ROTATE.argument(5, -1, params)).isEqualTo(-15);
  }

  @Test
  void strengthsAreTorchvisions() {
    for (TorchvisionOp op : TorchvisionOp.values()) {
      String name = camel(op.name());
      JsonNode trivial = LEVELS.get("trivial").path(name);
      for (int bin = 0; bin < trivial.size() && trivial.size() > 1; bin++) {
        assertThat(TrivialAugmentWide.magnitude(op, bin))
            .as("%s %d", op, bin)
            .isCloseTo(trivial.get(bin).asDouble(), within(2e-5));
      }
      JsonNode cifar = LEVELS.get("cifar10").path(name);
      for (int bin = 0; bin < cifar.size() && cifar.size() > 1; bin++) {
        assertThat(Cifar10AutoAugment.magnitude(op, bin, 30, 40))
            .as("%s %d", op, bin)
            .isCloseTo(cifar.get(bin).asDouble(), within(2e-5));
      }
      boolean signed =
          LEVELS.get("trivial_signed").valueStream().anyMatch(n -> n.asString().equals(name));
      assertThat(op.isSigned()).as(name).isEqualTo(signed);
      assertThat(LEVELS.get("trivial").has(name)).isEqualTo(op != TorchvisionOp.INVERT);
    }
  }

  private static String camel(String name) {
    StringBuilder out = new StringBuilder();
    for (String word : name.split("_", -1)) {
      out.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return out.toString();
  }

  @Test
  void cifarsTableIsTorchvisions() {
    StringBuilder want = new StringBuilder();
    for (JsonNode pair : LEVELS.get("cifar10_policy")) {
      for (JsonNode step : pair) {
        int bin = step.get(2).isNull() ? 0 : step.get(2).asInt();
        want.append(step.get(0).asString()).append(' ').append(step.get(1).asDouble());
        want.append(' ').append(bin).append('\n');
      }
    }
    StringBuilder got = new StringBuilder();
    Cifar10AutoAugment.POLICY.forEach(
        pair ->
            pair.forEach(
                step ->
                    got.append(
                        "%s %s %d%n".formatted(camel(step.op().name()), step.p(), step.bin()))));
    assertThat(got.toString()).isEqualToNormalizingNewlines(want.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "rnd-m9 | 'rnd-m9': 'rnd' is not a policy: start with rand, augmix, v0,",
        "rand-m9-x3 | 'rand-m9-x3': 'x3' is not one of its options: one of inc, m, mmax, mstd, n, p, w and a number",
        "rand-m9- | 'rand-m9-': '' is not one of its options",
        "rand-m200 | 'rand-m200': m200 is out of range: the nearest is m100",
        "rand-m9.5 | 'rand-m9.5': m9.5 must be a whole number, such as m0",
        "rand-p1.5 | 'rand-p1.5': p1.5 is out of range: the nearest is p1",
        "rand-n0 | 'rand-n0': n0 is out of range: the nearest is n1",
        "rand-inc2 | 'rand-inc2': inc2 is out of range: the nearest is inc1",
        "rand-m9-m8 | 'rand-m9-m8': 'm' occurs twice",
        "rand-mstdinf | 'rand-mstdinf': 'mstdinf' is not one of its options",
        "rand-tfoo | 'rand-tfoo': 'tfoo' is not a set: use tweights, t3a or t3aw",
        "rand-n20-tweights | 'rand-n20-tweights': n20 takes more than the 15 operations of the set",
        "rand-w1 | 'rand-w1': w1 is out of range: the nearest is w0",
        "rand-m99999999999999999999 | 'rand-m99999999999999999999': m99999999999999999999 is out",
        "augmix-m11 | 'augmix-m11': m11 is out of range: the nearest is m10",
        "augmix-d0 | 'augmix-d0': d0 is out of range: the nearest is d1",
        "v0-m3 | 'v0-m3': 'm3' is not one of its options: one of mstd and a number",
        "cifar10-m3 | 'cifar10-m3': 'm3' is not one of its options: it has none",
        "RAND-m9 | 'RAND-m9': 'RAND' is not a policy",
      })
  void refusesInOneLine(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  static Stream<String> all() {
    return Stream.concat(strings(), Stream.of("cifar10", "trivialaugment", "rand-m9-w0"));
  }

  /** Same state, same picture; size and channels stay; the input does; colour and grey. */
  @ParameterizedTest
  @MethodSource("all")
  void isReproducibleAndSparesItsInput(String text) throws IOException {
    Image photo = Image.read(Fixture.path("08-augment/photo.png"));
    for (Image image : List.of(photo, photo.toGrey())) {
      byte[] before = image.pixels().clone();
      boolean changed = false;
      for (int seed = 0; seed < 60; seed++) {
        Image once = parse(text).apply(image, new SplittableRandom(seed));
        Image again = parse(text).apply(image, new SplittableRandom(seed));
        assertThat(once.pixels()).isEqualTo(again.pixels());
        assertThat(once).hasToString(image.toString());
        changed |= !Arrays.equals(once.pixels(), before);
      }
      assertThat(image.pixels()).isEqualTo(before);
      assertThat(changed).isTrue();
    }
  }

  @Test
  void onePixelIsEnough() {
    Image dot = new Image(1, 1, 3, new byte[] {1, 2, 3});
    all()
        .forEach(
            text -> {
              for (int seed = 0; seed < 60; seed++) {
                assertThat(parse(text).apply(dot, new SplittableRandom(seed)))
                    .hasToString("Image[1 x 1 x 3]");
              }
            });
  }

  /** Each operation of 15 is drawn n times in 15, weighted ones by their weights, never twice. */
  @Test
  void randAugmentDrawsEvenlyOrByWeight() {
    Map<String, Integer> even = frequencies("rand-m9-n2-p1-inc1", 30_000);
    assertThat(even).hasSize(15);
    assertThat(even.values()).allSatisfy(n -> assertThat(n).isBetween(3_750, 4_250));
    Map<String, Integer> weighted = frequencies("rand-m9-n1-p1-tweights", 30_000);
    double sum = 3 + 2 + 2 + 1 + 1 + .75 + 7 * .05;
    assertThat(weighted.get("Rotate") / 30_000.0).isCloseTo(3 / sum, within(0.015));
    assertThat(weighted.get("TranslateXRel") / 30_000.0).isCloseTo(1 / sum, within(0.01));
    assertThat(weighted.get("Invert") / 30_000.0).isCloseTo(.05 / sum, within(0.003));
    Map<String, Integer> all = frequencies("rand-m9-n15-p1-tweights", 100);
    assertThat(all.values()).containsOnly(100);
  }

  @Test
  void operationsFollowTheirChance() {
    Image dot = new Image(1, 1, 1, new byte[] {100});
    AugmentParams params = new AugmentParams(0, 10, 0, 0, List.of(), RANDOM);
    AugmentOp op = new AugmentOp(AugmentKind.INVERT, 0.3, 9, params);
    SplittableRandom random = new SplittableRandom(2);
    int hits = 0;
    for (int i = 0; i < 10_000; i++) {
      hits += op.apply(dot, random) == dot ? 0 : 1;
    }
    assertThat(hits).isBetween(2_850, 3_150);
  }

  private static Map<String, Integer> frequencies(String text, int pictures) {
    RandAugment policy = (RandAugment) parse(text);
    Map<String, Integer> counts = new TreeMap<>();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < pictures; i++) {
      policy.draw(random).forEach(op -> counts.merge(op.kind().toString(), 1, Integer::sum));
    }
    return counts;
  }

  /** Normally distributed magnitudes stay within 0 and the largest; mstd101 draws evenly. */
  @Test
  void magnitudesSpreadAsAsked() {
    Image step = new Image(2, 1, 1, new byte[] {0, (byte) 200});
    RandAugment policy = (RandAugment) parse("rand-m5-mstd101-p1");
    AugmentOp solarize =
        policy.ops().stream().filter(o -> o.kind() == AugmentKind.SOLARIZE).findFirst().get();
    int inverted = 0;
    for (int seed = 0; seed < 10_000; seed++) {
      Image out = solarize.apply(step, new SplittableRandom(seed));
      inverted += out.pixels()[0] != 0 ? 1 : 0; // only threshold 0: a magnitude below 10 / 256
    }
    assertThat(inverted / 1e4).isCloseTo(10 / 256.0 / 5, within(0.003));
  }

  @Test
  void noBitsAreBlack() {
    Image image = new Image(2, 1, 1, new byte[] {3, (byte) 200});
    AugmentParams params = new AugmentParams(0, 10, 0, 0, List.of(), RANDOM);
    SplittableRandom random = new SplittableRandom(1);
    assertThat(AugmentKind.POSTERIZE.apply(image, 0, params, random).pixels()).containsOnly(0);
    Transform increasing = new AugmentOp(AugmentKind.POSTERIZE_INCREASING, 1, 10, params);
    assertThat(increasing.apply(image, random).pixels()).containsOnly(0);
  }

  @Test
  void printsAsTorchvision() {
    JsonNode want = PRINTED.get("transforms");
    Interval scale = new Interval(0.08, 1);
    Interval ratio = new Interval(3 / 4.0, 4 / 3.0);
    Map<String, Transform> got =
        Map.ofEntries(
            Map.entry(
                "rrc", new RandomResizedCrop(64, 64, scale, ratio, List.of(Interpolation.BICUBIC))),
            Map.entry("crop", new RandomCrop(32, 4)),
            Map.entry("vflip", new RandomVerticalFlip(0.3)),
            Map.entry("jitter", ColorJitter.of(0.4, 0.4, 0.4, 0)),
            Map.entry("hue", ColorJitter.of(0.5, 0, 0, 0.1)),
            Map.entry("blur", new GaussianBlur(5, new Interval(0.1, 2))),
            Map.entry("trivial", new TrivialAugmentWide(Interpolation.NEAREST, List.of())),
            Map.entry("cifar", new Cifar10AutoAugment(Interpolation.NEAREST, List.of())),
            Map.entry("erase", new RandomErasing(0.25, RandomErasing.Mode.PIXEL, 1, MEAN, MEAN)));
    assertThat(want.propertyNames()).containsAll(got.keySet());
    got.forEach((name, step) -> assertThat(step).hasToString(want.get(name).asString()));
  }
}
