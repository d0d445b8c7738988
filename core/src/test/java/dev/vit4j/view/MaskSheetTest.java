package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.Image;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PixelValues;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskSheetTest {
  private static final List<String> CLASSES = List.of("background", "aeroplane", "bicycle");

  /** A gray image of one level. */
  private static Image gray(int width, int height, int level) {
    byte[] pixels = new byte[width * height];
    Arrays.fill(pixels, (byte) level);
    return new Image(width, height, 1, pixels);
  }

  /** Columns of the classes 0, 1, 2 and ignored. */
  private static Image mask(int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      int quarter = 4 * (i % width) / width;
      pixels[i] = (byte) (quarter == 3 ? 255 : quarter);
    }
    return new Image(width, height, 1, pixels);
  }

  @Test
  void overlaysMixHalfAndHalfAndSpareIgnoredPixels() {
    BufferedImage drawn = MaskOverlay.draw(gray(4, 1, 100), mask(4, 1), Palette.VOC);
    assertThat(Gallery.at(drawn, 0, 0)).isEqualTo(new Color(50, 50, 50));
    assertThat(Gallery.at(drawn, 1, 0)).isEqualTo(new Color(114, 50, 50));
    assertThat(Gallery.at(drawn, 2, 0)).isEqualTo(new Color(50, 114, 50));
    assertThat(Gallery.at(drawn, 3, 0)).isEqualTo(new Color(100, 100, 100));
  }

  @Test
  void overlaysNeedAMaskOfTheImagesSize() {
    assertThatThrownBy(() -> MaskOverlay.draw(gray(4, 1, 9), mask(4, 2), Palette.VOC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the mask is 4 x 2 pixels, its image is 4 x 1");
  }

  @Test
  void showsEachSampleBesideItsMasksWithALegend() {
    MaskSheet sheet = new MaskSheet(CLASSES, Palette.VOC);
    for (int i = 0; i < 3; i++) {
      sheet.add(gray(40, 30, 200), mask(40, 30), gray(40, 30, 1), "sample " + i + " · mIoU 0.25");
    }
    BufferedImage drawn = Gallery.hang("masks", sheet.draw("Worst samples", 2));
    // 40 x 30 pixels are shown as 400 x 300: the image, a quarter that is ignored
    assertThat(Gallery.count(drawn, new Color(200, 200, 200))).isEqualTo(3 * 120_000 * 5 / 4);
    assertThat(Gallery.count(drawn, new Color(164, 100, 100))).isEqualTo(3 * 120_000 * 5 / 4);
    assertThat(Gallery.count(drawn, new Color(100, 164, 100))).isEqualTo(3 * 30_000);
    assertThat(Gallery.count(drawn, new Color(0, 128, 0))).as("a swatch").isEqualTo(24 * 24);
  }

  @Test
  void theLegendHasOnlyWhatOccurs() {
    MaskSheet one = new MaskSheet(CLASSES, Palette.VOC);
    one.add(gray(40, 30, 200), null, gray(40, 30, 2), "");
    BufferedImage drawn = one.draw("", 1);
    assertThat(Gallery.count(drawn, new Color(0, 128, 0))).isEqualTo(24 * 24);
    assertThat(Gallery.count(drawn, new Color(128, 0, 0))).isZero();
  }

  /**
   * 460 classes in one mask: the legend names the 40 of the largest areas, and the rest's number.
   */
  @Test
  void theLegendIsBounded() {
    List<String> names = IntStream.range(0, 460).mapToObj(i -> "class " + i).toList();
    int[] labels = new int[920];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 460;
    }
    Arrays.fill(labels, 0, 40, 459);
    Image mask = PixelValues.ofLabels(labels, 40, 23, 460);
    MaskSheet sheet = new MaskSheet(names, Palette.VOC);
    sheet.add(gray(40, 23, 200), null, mask, "");
    BufferedImage drawn = Gallery.hang("masks-460", sheet.draw("", 1));
    MaskSheet few = new MaskSheet(names, Palette.VOC);
    few.add(gray(40, 23, 200), null, PixelValues.ofLabels(new int[920], 40, 23, 460), "");
    assertThat(drawn.getHeight() - few.draw("", 1).getHeight()).isBetween(100, 1000);
    assertThat(Gallery.count(drawn, new Color(Palette.VOC.rgb(459)))).isEqualTo(24 * 24);
    assertThat(Gallery.count(drawn, new Color(Palette.VOC.rgb(300)))).isZero();
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    MaskSheet sheet = new MaskSheet(CLASSES, Palette.VOC);
    assertThatThrownBy(() -> sheet.draw("", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sheet of 0 samples in 1 columns: give at least one of each");
    sheet.add(gray(4, 3, 0), mask(4, 3), null, "");
    assertThatThrownBy(() -> sheet.add(gray(4, 3, 0), null, mask(4, 3), ""))
        .hasMessage(
            "a sample of [image, prediction] does not fit a sheet of [image, labels]: give all"
                + " samples the same panels");
  }
}
