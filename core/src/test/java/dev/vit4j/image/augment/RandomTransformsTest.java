package dev.vit4j.image.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.ToChannels;
import dev.vit4j.image.Transform;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chances and ranges of the random steps, over many draws. */
class RandomTransformsTest {
  private static final Interval SCALE = new Interval(0.08, 1);
  private static final Interval RATIO = new Interval(3 / 4.0, 4 / 3.0);
  private static final List<Interpolation> BICUBIC = List.of(Interpolation.BICUBIC);
  private static final List<Double> HALF = List.of(0.5, 0.4, 0.3);
  private static final List<Double> SPREAD = List.of(0.1, 0.2, 0.1);

  /** Colours from place to place, no two rows or columns the same. */
  private static Image picture(int height, int width) {
    byte[] pixels = new byte[height * width * 3];
    new java.util.Random(4).nextBytes(pixels);
    return new Image(width, height, 3, pixels);
  }

  static Stream<Transform> all() {
    return Stream.of(
        new RandomResizedCrop(
            20, 24, SCALE, RATIO, List.of(Interpolation.BILINEAR, Interpolation.BICUBIC)),
        new RandomCrop(20, 24, 3),
        new RandomHorizontalFlip(0.5),
        new RandomVerticalFlip(0.5),
        ColorJitter.of(0.4, 0.4, 0.4, 0.2),
        new GaussianBlur(5, new Interval(0.1, 2)));
  }

  /** The same state gives the same picture; the input stays; grey pictures stay grey. */
  @ParameterizedTest
  @MethodSource("all")
  void isReproducibleAndSparesItsInput(Transform step) {
    Image colour = picture(22, 26);
    for (Image image : List.of(colour, colour.toGrey())) {
      byte[] before = image.pixels().clone();
      boolean differs = false;
      byte[] first = step.apply(image, new SplittableRandom(0)).pixels();
      for (int seed = 0; seed < 50; seed++) {
        Image out = step.apply(image, new SplittableRandom(seed));
        assertThat(step.apply(image, new SplittableRandom(seed)).pixels()).isEqualTo(out.pixels());
        assertThat(out.channels()).isEqualTo(image.channels());
        differs |= !Arrays.equals(out.pixels(), first);
      }
      assertThat(image.pixels()).isEqualTo(before);
      assertThat(differs).isTrue();
    }
  }

  /** Areas and shapes stay in their ranges (up to the rounding to pixels) and fill them evenly. */
  @Test
  void resizedCropsFillTheirRanges() {
    RandomResizedCrop step = new RandomResizedCrop(32, 32, SCALE, RATIO, BICUBIC);
    Image image = picture(200, 200);
    SplittableRandom random = new SplittableRandom(1);
    int small = 0;
    int tall = 0;
    for (int i = 0; i < 4_000; i++) {
      Image crop = step.crop(image, random);
      double area = crop.width() * crop.height() / 40_000.0;
      double shape = (double) crop.width() / crop.height();
      assertThat(area).isBetween(0.079, 1.0);
      assertThat(shape).isBetween(0.74, 1.35);
      small += area < 0.3 ? 1 : 0;
      tall += shape < 1 ? 1 : 0;
    }
    // Large flat parts do not fit and are drawn again; torchvision itself has 0.278 small ones.
    assertThat(small / 4e3).isCloseTo(0.278, within(0.02));
    assertThat(tall / 4e3).isCloseTo(0.496, within(0.03));
    assertThat(step.apply(image, random)).hasToString("Image[32 x 32 x 3]");
  }

  @Test
  void resizedCropsOfLongPicturesFallBackToTheMiddle() {
    RandomResizedCrop step = new RandomResizedCrop(8, 8, new Interval(1, 1), RATIO, BICUBIC);
    assertThat(step.crop(picture(30, 300), new SplittableRandom(1)))
        .hasToString("Image[30 x 40 x 3]");
    assertThat(step.crop(picture(300, 30), new SplittableRandom(1)))
        .hasToString("Image[40 x 30 x 3]");
    assertThat(step.crop(picture(1, 1), new SplittableRandom(1))).hasToString("Image[1 x 1 x 3]");
    assertThat(step.apply(picture(1, 9), new SplittableRandom(1))).hasToString("Image[8 x 8 x 3]");
  }

  @Test
  void flipsFollowTheirChance() {
    Image image = picture(2, 3);
    Transform step = new RandomVerticalFlip(0.3);
    SplittableRandom random = new SplittableRandom(3);
    int hits = 0;
    for (int i = 0; i < 10_000; i++) {
      hits += step.apply(image, random) == image ? 0 : 1;
    }
    assertThat(hits).isBetween(2_850, 3_150);
  }

  /** A grey of 100 under brightness 0.6 to 1.4 alone: levels 60 to 140, evenly. */
  @Test
  void jitterFillsItsRange() {
    Image image = new Image(1, 1, 3, new byte[] {100, 100, 100});
    Transform step = ColorJitter.of(0.4, 0, 0, 0);
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    int least = 255;
    int most = 0;
    for (int i = 0; i < 10_000; i++) {
      int level = step.apply(image, random).pixels()[0] & 0xff;
      sum += level;
      least = Math.min(least, level);
      most = Math.max(most, level);
    }
    assertThat(sum / 1e4).isCloseTo(99.5, within(1.0));
    assertThat(least).isEqualTo(60);
    assertThat(most).isEqualTo(139);
  }

  @Test
  void jittersOrderIsDrawn() {
    Image image = picture(4, 4);
    Transform step = new ColorJitter(new Interval(1.9, 1.9), new Interval(0.3, 0.3), null, null);
    byte[] one = Enhance.contrast(Enhance.brightness(image, 1.9), 0.3).pixels();
    byte[] other = Enhance.brightness(Enhance.contrast(image, 0.3), 1.9).pixels();
    SplittableRandom random = new SplittableRandom(1);
    int first = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] out = step.apply(image, random).pixels();
      assertThat(Arrays.equals(out, one) || Arrays.equals(out, other)).isTrue();
      first += Arrays.equals(out, one) ? 1 : 0;
    }
    assertThat(first).isBetween(900, 1_100);
  }

  /** How many pixels an erased picture lost, over many: chance, area and count. */
  @Test
  void erasesAsOftenAndAsMuchAsAsked() {
    byte[] white = new byte[40 * 40 * 3];
    Arrays.fill(white, (byte) 255);
    Image image = new Image(40, 40, 3, white);
    SplittableRandom random = new SplittableRandom(1);
    Transform step = new RandomErasing(0.25, RandomErasing.Mode.CONST, 1, HALF, SPREAD);
    int hits = 0;
    double sum = 0;
    for (int i = 0; i < 8_000; i++) {
      Image out = step.apply(image, random);
      if (out == image) {
        continue;
      }
      hits++;
      int erased = 0;
      for (int p = 0; p < out.pixels().length; p += 3) {
        if (out.pixels()[p] != -1) {
          // Red 127.5 is rounded to even: 128; green 102; blue 76.5 to 76.
          assertThat(out.pixels()[p]).isEqualTo((byte) 128);
          assertThat(out.pixels()[p + 1]).isEqualTo((byte) 102);
          assertThat(out.pixels()[p + 2]).isEqualTo((byte) 76);
          erased++;
        }
      }
      assertThat(erased / 1600.0).isBetween(0.014, 0.35);
      sum += erased / 1600.0;
    }
    assertThat(hits).isBetween(1_870, 2_130);
    assertThat(sum / hits).isCloseTo((0.02 + 1 / 3.0) / 2, within(0.01));
    assertThat(image.pixels()).containsOnly(-1);
  }

  /** Erased pixels of mode pixel have the set's mean and deviation; of mode rand one colour. */
  @Test
  void erasesWithNoiseOfTheSetsOwn() {
    Image image = new Image(60, 60, 3, new byte[60 * 60 * 3]);
    Interval all = new Interval(0.9, 0.9);
    Interval square = new Interval(1, 1);
    Transform pixels = new RandomErasing(1, RandomErasing.Mode.PIXEL, 1, all, square, HALF, SPREAD);
    byte[] noise = pixels.apply(image, new SplittableRandom(1)).pixels();
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int p = 0; p < noise.length; p += 3) {
      if (noise[p] != 0 || noise[p + 1] != 0 || noise[p + 2] != 0) {
        double red = (noise[p] & 0xff) / 255.0;
        sum += red;
        squares += red * red;
        count++;
      }
    }
    assertThat(count).isEqualTo(57 * 57);
    assertThat(sum / count).isCloseTo(0.5, within(0.01));
    assertThat(Math.sqrt(squares / count - sum * sum / count / count)).isCloseTo(0.1, within(0.01));
    Transform one = new RandomErasing(1, RandomErasing.Mode.RAND, 1, all, square, HALF, SPREAD);
    byte[] plain = one.apply(image, new SplittableRandom(1)).pixels();
    long colours =
        java.util.stream.IntStream.range(0, plain.length / 3)
            .map(i -> plain[3 * i] << 16 | plain[3 * i + 1] << 8 | (plain[3 * i + 2] & 0xff))
            .distinct()
            .count();
    assertThat(colours).isEqualTo(2);
    Transform three = new RandomErasing(1, RandomErasing.Mode.CONST, 3, HALF, SPREAD);
    assertThat(three).hasToString("RandomErasing(p=1.0, mode=const, count=(1, 3))");
    assertThatThrownBy(() -> three.apply(image.toGrey(), new SplittableRandom(1)))
        .hasMessage("RandomErasing has 3 means, the image has 1 channels");
  }

  @Test
  void badValuesAreSaid() {
    assertThatThrownBy(() -> new Interval(2, 1)).hasMessageContaining("not 2.0 to 1.0");
    assertThatThrownBy(() -> new RandomResizedCrop(0, 1, SCALE, RATIO, BICUBIC))
        .hasMessageContaining("0 x 1");
    assertThatThrownBy(() -> new RandomResizedCrop(1, 1, new Interval(0, 1), RATIO, BICUBIC))
        .hasMessageContaining("scale above 0");
    assertThatThrownBy(() -> new RandomResizedCrop(1, 1, SCALE, new Interval(0, 1), BICUBIC))
        .hasMessageContaining("ratio above 0");
    assertThatThrownBy(() -> ColorJitter.of(0, 0, 0, 0.6)).hasMessageContaining("hue");
    assertThatThrownBy(() -> new ColorJitter(new Interval(-1, 1), null, null, null))
        .hasMessageContaining("brightness of at least 0");
    assertThatThrownBy(() -> new GaussianBlur(4, SCALE)).hasMessageContaining("odd");
    assertThatThrownBy(
            () -> new GaussianBlur(9, SCALE).apply(picture(4, 9), new SplittableRandom(1)))
        .hasMessageContaining("does not fit an image of 4 x 9");
    assertThatThrownBy(() -> new RandomVerticalFlip(2)).hasMessageContaining("not 2.0");
    assertThatThrownBy(() -> new ToChannels(4)).hasMessageContaining("not 4");
    assertThatThrownBy(() -> new TrivialAugmentWide(Interpolation.NEAREST, List.of(1, 2)))
        .hasMessageContaining("fill needs 1 or 3 levels");
    assertThatThrownBy(
            () -> Affine.rotate(picture(2, 2), 5, Interpolation.LANCZOS, false, new byte[3]))
        .hasMessageContaining("nearest, bilinear or bicubic, not lanczos");
    assertThatThrownBy(() -> new RandomErasing(2, RandomErasing.Mode.CONST, 1, HALF, SPREAD))
        .hasMessageContaining("probability from 0 to 1");
  }
}
