package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskTest {
  private static Image decode(byte[] png) throws IOException {
    return MaskDecoder.decode(png, "m.png", 1000);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A palette whose colors have nothing to do with the indices, and too few of them for 255. */
  private static final int[] COLORS = {9, 9, 9, 200, 0, 0, 0, 100, 0, 5, 6, 7};

  @ParameterizedTest
  @CsvSource({"1,0,1", "2,0,3", "4,0,15", "8,0,255", "1,3,1", "2,3,3", "4,3,11", "8,3,255"})
  void readsStoredValuesOfEveryBitDepth(int depth, int colorType, int largest) throws IOException {
    int[] values = {0, 1, 0, 1, largest, 0, 1, 0, largest, 1, 0, largest, 0, 1, 1, 0};
    int[] palette = colorType == 3 ? new int[3 << Math.min(depth, 2)] : new int[0];
    System.arraycopy(COLORS, 0, palette, 0, Math.min(COLORS.length, palette.length));
    Image mask = decode(PngBytes.of(8, 2, depth, colorType, values, palette));
    assertThat(mask).hasToString("Image[2 x 8 x 1]");
    assertThat(mask.pixels()).containsExactly(bytes(values));
  }

  @ParameterizedTest
  @CsvSource({
    "8,2,3,an RGB image",
    "8,6,4,an RGBA image",
    "8,4,2,a grayscale image with an alpha channel",
    "16,2,3,an RGB image"
  })
  void refusesOtherKindsOfPng(int depth, int colorType, int samples, String kind) {
    byte[] png = PngBytes.of(2, 1, depth, colorType, new int[2 * samples]);
    assertThatThrownBy(() -> decode(png))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "m.png: is "
                + kind
                + "; a mask must be a palette or grayscale PNG of 1 to 16 bits whose pixel values are"
                + " class indices");
  }

  @ParameterizedTest
  @CsvSource({
    "decode/gray_progressive.jpg,is a JPEG image; a mask must be",
    "hostile/empty_png.png,is empty",
    "hostile/png_bomb_1bit.png,20000 x 20000",
    "hostile/png_bad_crc.png,wrong checksum of chunk IHDR",
    "missing.png,no such image file"
  })
  void refusesOtherFilesInOneLine(String name, String reason) {
    Path file = Fixtures.path(".").resolve(name);
    assertThatThrownBy(() -> MaskDecoder.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesMoreThanTheLimit() {
    byte[] png = PngBytes.gray(40, 30, new int[1200]);
    assertThatThrownBy(() -> decode(png)).hasMessageContaining("m.png: declares 40 x 30 pixels");
  }

  @Test
  void damagedMasksAreTypedErrors() throws IOException {
    byte[] whole = written(new Image(30, 20, 1, new byte[600]));
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(decode(damaged).channels()).isBetween(1, 2);
      } catch (FormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  private static byte[] written(Image mask) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MaskEncoder.write(mask, Palette.VOC, out);
    return out.toByteArray();
  }

  @Test
  void allIndicesComeBackAndViewersSeeThePalette() throws IOException {
    int[] values = IntStream.range(0, 256).toArray();
    byte[] png = written(new Image(32, 8, 1, bytes(values)));
    assertThat(decode(png).pixels()).containsExactly(bytes(values));
    Image seen = Image.of(ImageIO.read(new ByteArrayInputStream(png)));
    assertThat(seen.pixels()).startsWith(bytes(0, 0, 0, 128, 0, 0, 0, 128, 0));
    assertThat(seen.pixels()).endsWith(bytes(224, 224, 192));
  }

  @Test
  void moreThan255ClassesAreSixteenBits() throws IOException {
    int[] labels = {0, 255, 256, 459, -1, 1};
    Image mask = PixelValues.ofLabels(labels, 3, 2, 460);
    byte[] png = written(mask);
    assertThat(png[24]).as("bits per pixel").isEqualTo((byte) 16);
    Image read = decode(png);
    assertThat(read).hasToString("Image[2 x 3 x 2]");
    assertThat(PixelValues.labels(read)).containsExactly(labels);
    assertThat(Palette.VOC.rgb(459)).isEqualTo(0xE0A020).isNotEqualTo(Palette.VOC.rgb(203));
    assertThat(IntStream.range(0, 65536).map(Palette.VOC::rgb).distinct().count()).isEqualTo(65536);
  }

  @Test
  void writesOneChannelOnly() {
    assertThatThrownBy(() -> written(new Image(1, 1, 3, new byte[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a mask has 1 channel of class indices, not 3");
  }

  /** The color map that Pascal VOC's development kit documents. */
  @ParameterizedTest
  @CsvSource({
    "0,0,0,0",
    "1,128,0,0",
    "2,0,128,0",
    "3,128,128,0",
    "4,0,0,128",
    "5,128,0,128",
    "6,0,128,128",
    "7,128,128,128",
    "8,64,0,0",
    "9,192,0,0",
    "15,192,128,128",
    "20,0,64,128",
    "64,32,0,0",
    "255,224,224,192"
  })
  void vocsColors(int index, int red, int green, int blue) {
    assertThat(Palette.VOC.rgb(index)).isEqualTo(red << 16 | green << 8 | blue);
  }

  @Test
  void ownColorsComeFirst() {
    Palette own = Palette.of(List.of(0x010203));
    assertThat(own.rgb(0)).isEqualTo(0x010203);
    assertThat(own.rgb(1)).isEqualTo(0x800000);
    assertThat(Palette.CAMVID.rgb(10)).isEqualTo(0x0080C0);
    assertThatThrownBy(() -> Palette.of(List.of(-1)))
        .hasMessage("a palette has at most 256 colors from 0x000000 to 0xFFFFFF, not [-1]");
  }
}
