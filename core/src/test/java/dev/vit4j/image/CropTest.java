package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.augment.RandomCrop;
import dev.vit4j.image.augment.RandomHorizontalFlip;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CropTest {
  /** Pixel (y, x) has the value 10 y + x. */
  private static Image numbered(int height, int width) {
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * (i / width) + i % width);
    }
    return new Image(width, height, 1, pixels);
  }

  /** Offsets round half to even as Python does: 3 / 2 is 2, 5 / 2 is 2. */
  @ParameterizedTest
  @CsvSource({"4,4,11", "5,4,21", "7,4,21", "6,4,21"})
  void centreStartsWhereTorchvisionsDoes(int height, int width, int first) {
    Image crop = new CenterCrop(2, 2).apply(numbered(height, width), new SplittableRandom(1));
    assertThat(crop.pixels()[0]).isEqualTo((byte) first);
    assertThat(crop).hasToString("Image[2 x 2 x 1]");
  }

  @Test
  void centreOfASmallerPictureGetsABlackBorder() {
    Image crop =
        new CenterCrop(3, 4)
            .apply(new Image(1, 1, 3, new byte[] {7, 8, 9}), new SplittableRandom(1));
    byte[] expected = new byte[36];
    int middle = (1 * 4 + 1) * 3;
    expected[middle] = 7;
    expected[middle + 1] = 8;
    expected[middle + 2] = 9;
    assertThat(crop.pixels()).isEqualTo(expected);
  }

  @Test
  void oddMarginsAreRoundedHalfToEvenOrDown() {
    Image row = numbered(1, 35);
    assertThat(new CenterCrop(1, 32).apply(row).pixels()[0]).isEqualTo((byte) 2); // 1.5
    assertThat(new CenterCrop(1, 32, true).apply(row).pixels()[0]).isEqualTo((byte) 1);
    assertThat(new CenterCrop(1, 30).apply(row).pixels()[0]).isEqualTo((byte) 2); // 2.5
    assertThat(new CenterCrop(1, 30, true).apply(row).pixels()[0]).isEqualTo((byte) 2);
  }

  @Test
  void randomCropReachesEveryPlaceAndPadsBlack() {
    Transform crop = new RandomCrop(2, 1);
    boolean[] seen = new boolean[16];
    for (int seed = 0; seed < 400; seed++) {
      Image out = crop.apply(new Image(3, 3, 1, filled(9)), new SplittableRandom(seed));
      assertThat(out).hasToString("Image[2 x 2 x 1]");
      int corner = 0;
      for (int i = 0; i < 4; i++) {
        corner |= out.pixels()[i] != 0 ? 1 << i : 0;
      }
      seen[corner] = true;
    }
    // All four corners, the four edges and the inside; nothing else can be cut out.
    for (int i = 0; i < 16; i++) {
      boolean possible = List.of(1, 2, 3, 4, 5, 8, 10, 12, 15).contains(i);
      assertThat(seen[i]).as("corner pattern %d", i).isEqualTo(possible);
    }
    assertThat(crop.apply(numbered(3, 3), new SplittableRandom(5)).pixels())
        .isEqualTo(crop.apply(numbered(3, 3), new SplittableRandom(5)).pixels());
  }

  private static byte[] filled(int n) {
    byte[] pixels = new byte[n];
    java.util.Arrays.fill(pixels, (byte) 200);
    return pixels;
  }

  @Test
  void randomCropNamesAPictureTooSmall() {
    assertThatThrownBy(() -> new RandomCrop(9, 1).apply(numbered(3, 3), new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 x 3 padded by 1");
  }

  @Test
  void flipFollowsItsChance() {
    Image image = numbered(2, 3);
    assertThat(new RandomHorizontalFlip(1).apply(image, new SplittableRandom(1)).pixels())
        .containsExactly(2, 1, 0, 12, 11, 10);
    assertThat(new RandomHorizontalFlip(0).apply(image, new SplittableRandom(1))).isSameAs(image);
    SplittableRandom random = new SplittableRandom(3);
    int flips = 0;
    for (int i = 0; i < 10_000; i++) {
      flips += new RandomHorizontalFlip(0.3).apply(image, random) == image ? 0 : 1;
    }
    assertThat(flips).isBetween(2_850, 3_150);
  }

  @Test
  void stepsPrintAsTorchvision() {
    Transform all =
        new Compose(
            List.of(new CenterCrop(28, 30), new RandomCrop(28, 4), new RandomHorizontalFlip(0.5)));
    assertThat(all)
        .hasToString(
            """
            Compose(
                CenterCrop(size=(28, 30))
                RandomCrop(size=(28, 28), padding=4)
                RandomHorizontalFlip(p=0.5)
            )""");
    assertThat(all.apply(numbered(28, 30), new SplittableRandom(1)))
        .hasToString("Image[28 x 28 x 1]");
  }
}
