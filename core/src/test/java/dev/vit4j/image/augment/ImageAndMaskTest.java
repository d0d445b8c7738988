package dev.vit4j.image.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.CenterCrop;
import dev.vit4j.image.CenterCropOrPad;
import dev.vit4j.image.Compose;
import dev.vit4j.image.DigitFrame;
import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.PixelValues;
import dev.vit4j.image.Resize;
import dev.vit4j.image.ResizeKeepRatio;
import dev.vit4j.image.ResizeShortest;
import dev.vit4j.image.ToChannels;
import dev.vit4j.image.Transform;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images and their masks go through transforms together and stay aligned. */
class ImageAndMaskTest {
  private static final int STEP = 20;
  private static final Interval RATIO = new Interval(0.5, 2);

  /**
   * An image whose level is 20 times the label of the pixel, and the mask of the labels: 1 to 11,
   * as black stands for what lies outside of the image.
   */
  private static ImageAndMask encoded(int height, int width, int block) {
    byte[] labels = new byte[height * width];
    byte[] pixels = new byte[3 * labels.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (1 + (i / width / block * 5 + i % width / block * 3) % 11);
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = (byte) (STEP * labels[i]);
      }
    }
    return new ImageAndMask(
        new Image(width, height, 3, pixels), new Image(width, height, 1, labels));
  }

  static Stream<Transform> geometric(Interpolation filter) {
    return Stream.of(
        new Resize(31, 57, filter),
        new Resize(90, 100, filter),
        new ResizeShortest(29, filter),
        new ResizeKeepRatio(40, 90, filter, 0),
        new CenterCrop(33, 41),
        new CenterCrop(70, 41),
        new CenterCropOrPad(33, 90, List.of(0, 0, 0)),
        new RandomCrop(50, 60, 0),
        new RandomCrop(60, 70, 9),
        new RandomResizedCrop(40, 48, new Interval(0.2, 1), RATIO, List.of(filter)),
        new RandomHorizontalFlip(0.5),
        new RandomVerticalFlip(0.5));
  }

  static Stream<Transform> nearest() {
    return geometric(Interpolation.NEAREST);
  }

  static Stream<Transform> bilinear() {
    return geometric(Interpolation.BILINEAR);
  }

  @ParameterizedTest
  @MethodSource("nearest")
  void masksMoveWithTheirImages(Transform step) {
    ImageAndMask pair = encoded(64, 80, 1);
    for (int seed = 0; seed < 20; seed++) {
      ImageAndMask out = step.apply(pair, new SplittableRandom(seed));
      byte[] mask = out.mask().pixels();
      for (int i = 0; i < mask.length; i++) {
        int level = out.image().pixels()[3 * i] & 0xff;
        assertThat(mask[i]).isEqualTo((byte) (level == 0 ? 255 : level / STEP));
      }
    }
  }

  /** Masks of 16 bits and numbers move as masks of 8 bits do, and what is outside has no value. */
  @ParameterizedTest
  @MethodSource("nearest")
  void widerValuesMoveAlike(Transform step) {
    ImageAndMask pair = encoded(64, 80, 1);
    int[] labels = PixelValues.labels(pair.mask());
    int[] wide = Arrays.stream(labels).map(label -> 400 + label).toArray();
    float[] numbers = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      numbers[i] = labels[i] / 8f;
    }
    ImageAndMask sixteen = new ImageAndMask(pair.image(), PixelValues.ofLabels(wide, 80, 64, 460));
    ImageAndMask floats = new ImageAndMask(pair.image(), PixelValues.ofNumbers(numbers, 80, 64));
    for (int seed = 0; seed < 5; seed++) {
      int[] expected = PixelValues.labels(step.apply(pair, new SplittableRandom(seed)).mask());
      int[] moved = PixelValues.labels(step.apply(sixteen, new SplittableRandom(seed)).mask());
      float[] depths = PixelValues.numbers(step.apply(floats, new SplittableRandom(seed)).mask());
      assertThat(moved)
          .containsExactly(Arrays.stream(expected).map(l -> l < 0 ? -1 : 400 + l).toArray());
      for (int i = 0; i < depths.length; i++) {
        assertThat(depths[i] * 8)
            .isEqualTo(Float.valueOf(expected[i] < 0 ? Float.NaN : expected[i]));
      }
    }
  }

  /** Away from edges between classes a filtered image still shows the level of the mask's class. */
  @ParameterizedTest
  @MethodSource("bilinear")
  void filteredImagesStayAlignedAndMasksAreNotMixed(Transform step) {
    ImageAndMask pair = encoded(64, 80, 16);
    int compared = 0;
    for (int seed = 0; seed < 20; seed++) {
      ImageAndMask out = step.apply(pair, new SplittableRandom(seed));
      int width = out.mask().width();
      byte[] mask = out.mask().pixels();
      for (int i = 0; i < mask.length; i++) {
        assertThat(mask[i] & 0xff).isIn(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255);
        if (isInside(out.mask(), i % width, i / width)) {
          int level = out.image().pixels()[3 * i] & 0xff;
          assertThat(mask[i]).isEqualTo((byte) (level == 0 ? 255 : level / STEP));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(1000);
  }

  /** Whether all pixels up to 3 away are of the same class. */
  private static boolean isInside(Image mask, int x, int y) {
    byte[] labels = mask.pixels();
    for (int dy = -3; dy <= 3; dy++) {
      for (int dx = -3; dx <= 3; dx++) {
        int py = Math.max(0, Math.min(mask.height() - 1, y + dy));
        int px = Math.max(0, Math.min(mask.width() - 1, x + dx));
        if (labels[py * mask.width() + px] != labels[y * mask.width() + x]) {
          return false;
        }
      }
    }
    return true;
  }

  static Stream<Transform> colors() {
    return Stream.of(
        ColorJitter.of(0.4, 0.4, 0.4, 0.2),
        new GaussianBlur(5, new Interval(0.1, 2)),
        new RandomErasing(
            1, RandomErasing.Mode.PIXEL, 3, List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2)),
        new ToChannels(1));
  }

  @ParameterizedTest
  @MethodSource("colors")
  void colorStepsKeepTheMask(Transform step) {
    ImageAndMask pair = encoded(64, 80, 16);
    ImageAndMask out = step.apply(pair, new SplittableRandom(3));
    assertThat(out.mask()).isSameAs(pair.mask());
    assertThat(out.image().pixels()).isNotEqualTo(pair.image().pixels());
  }

  static Stream<Transform> all() {
    List<Interpolation> two = List.of(Interpolation.BICUBIC, Interpolation.BILINEAR);
    return Stream.concat(
        Stream.concat(bilinear(), colors()),
        Stream.of(
            new RandomResizedCrop(40, 48, new Interval(0.2, 1), RATIO, two),
            new Compose(
                List.of(
                    new RandomResizedCrop(40, 48, new Interval(0.2, 1), RATIO, two),
                    new RandomHorizontalFlip(0.5),
                    ColorJitter.of(0.4, 0.4, 0.4, 0.2),
                    new RandomCrop(40, 48, 4)))));
  }

  /** The same draws with a mask as without: the image is the same, and so is what comes after. */
  @ParameterizedTest
  @MethodSource("all")
  void imagesAreTheSameWithAMask(Transform step) {
    ImageAndMask pair = encoded(64, 80, 3);
    for (int seed = 0; seed < 10; seed++) {
      SplittableRandom alone = new SplittableRandom(seed);
      SplittableRandom together = new SplittableRandom(seed);
      Image image = step.apply(pair.image(), alone);
      ImageAndMask out = step.apply(pair, together);
      assertThat(out.image().pixels()).isEqualTo(image.pixels());
      assertThat(out.image()).hasToString(image.toString());
      assertThat(together.nextLong()).isEqualTo(alone.nextLong());
    }
  }

  @Test
  void stepsThatDoNotKnowMasksRefuseThem() {
    ImageAndMask pair = encoded(8, 8, 1);
    Transform policy =
        AugmentPolicy.parse(
            "rand-m9", 8, 8, List.of(0.5, 0.5, 0.5), List.of(Interpolation.BILINEAR));
    for (Transform step : List.of(policy, new Compose(List.of(new ToChannels(3), policy)))) {
      assertThatThrownBy(() -> step.apply(pair, new SplittableRandom(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "RandAugment does not transform masks: leave it out for segmentation, or use steps"
                  + " that do (resizes, crops, flips, color changes)");
    }
    assertThatThrownBy(() -> new DigitFrame().apply(pair, new SplittableRandom(1)))
        .hasMessageStartingWith("DigitFrame does not transform masks");
  }

  @Test
  void anImageAndItsMaskHaveOneSize() {
    Image image = new Image(2, 3, 3, new byte[18]);
    assertThatThrownBy(() -> new ImageAndMask(image, new Image(3, 2, 1, new byte[6])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the mask is 3 x 2 pixels, its image is 2 x 3 (width x height): they must be equal");
    assertThatThrownBy(() -> new ImageAndMask(image, image))
        .hasMessage("a mask has 1 channel of class indices, not 3");
  }
}
