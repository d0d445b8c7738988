package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ImageReadTest {
  static Stream<JsonNode> decodable() {
    return Fixtures.list("decode.json");
  }

  /** JPEG too is exact but for one level in print colours. */
  @ParameterizedTest
  @MethodSource("decodable")
  void givesPillowsPixels(JsonNode golden) throws IOException {
    String name = golden.get("file").asString();
    Image expected = Image.read(Fixtures.path(golden.get("expected").asString())).toRgb();
    Image actual = Image.read(Fixtures.path(name)).toRgb();
    assertThat(actual).hasToString(expected.toString());
    int tolerance = name.contains("cmyk") ? 1 : 0;
    assertThat(Fixtures.difference(actual, expected)).isLessThanOrEqualTo(tolerance);
  }

  /** Lossy with subblocks, alpha, odd sizes; the first frame of animations. */
  @ParameterizedTest
  @CsvSource({
    "quality0",
    "odd_45x33",
    "one_pixel",
    "noise",
    "lossy_alpha",
    "animated_lossy",
    "animated_lossless"
  })
  void givesLibwebpsPixels(String name) throws IOException {
    Image expected = Image.read(Fixtures.path("webp/" + name + ".webp.expected.png")).toRgb();
    Image actual = Image.read(Fixtures.path("webp/" + name + ".webp"));
    assertThat(actual).hasToString(expected.toString());
    assertThat(Fixtures.difference(actual, expected)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "gray8.png,1",
    "gray4.png,1",
    "gray16.png,1",
    "gray_alpha.png,1",
    "bilevel.png,1",
    "interlaced_gray_5x3.png,1",
    "gray_progressive.jpg,1",
    "rgb8.png,3",
    "palette8.png,3",
    "rgba.png,3",
    "rgb16.png,3",
    "cmyk.jpg,3"
  })
  void greyFilesGiveOneChannel(String name, int channels) throws IOException {
    assertThat(Image.read(Fixtures.path("decode").resolve(name)).channels()).isEqualTo(channels);
  }

  @ParameterizedTest
  @CsvSource({
    "empty_png.png,is empty",
    "png_65535.png,limit is 100000000 pixels",
    "png_bomb_1bit.png,20000 x 20000",
    "png_2_31.png,2147483647 x 2147483647",
    "png_bad_crc.png,wrong checksum of chunk IHDR",
    "jpeg_truncated.jpg,truncated",
    "jpeg_65535.jpg,damaged JPEG",
    "bmp_truncated.bmp,damaged BMP",
    "webp_canvas.webp,truncated WebP"
  })
  void refusesHostileFilesInOneLine(String name, String reason) {
    Path file = Fixtures.path("hostile").resolve(name);
    assertThatThrownBy(() -> Image.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
  }

  @ParameterizedTest
  @CsvSource({"exif_ifd_loop.jpg", "exif_offset_past_end.jpg"})
  void survivesBrokenExif(String name) throws IOException {
    Image image = Image.read(Fixtures.path("hostile").resolve(name));
    assertThat(image.width() * image.height()).isEqualTo(48 * 40);
  }

  @Test
  void refusesWhatIsNoPictureFile(@TempDir Path dir) throws IOException {
    Path text = Files.writeString(dir.resolve("notes.png"), "seven");
    assertThatThrownBy(() -> Image.read(text))
        .hasMessageContaining("is not a PNG, JPEG, WebP, GIF");
    assertThatThrownBy(() -> Image.read(dir)).hasMessageContaining("is a folder");
    Path photo = Files.writeString(dir.resolve("photo.jpg"), "To whom it may concern:\r\n");
    assertThatThrownBy(() -> Image.read(photo))
        .isInstanceOf(FormatException.class)
        .hasMessage(photo + ": is not a PNG, JPEG, WebP, GIF or BMP image");
    Path tiff = Files.writeString(dir.resolve("scan.tif"), "II*\0 and so on");
    assertThatThrownBy(() -> Image.read(tiff))
        .hasMessage(tiff + ": is a TIFF image, which is not supported: convert it to PNG or JPEG");
    Path pnm = Files.writeString(dir.resolve("p.ppm"), "P6 1 1 255 abc");
    assertThatThrownBy(() -> Image.read(pnm))
        .hasMessageContaining("is a PNM (pbm, pgm, ppm) image");
    Path avif = Files.writeString(dir.resolve("a.avif"), "\0\0\0\u001cftypavif");
    assertThatThrownBy(() -> Image.read(avif)).hasMessageContaining("is an AVIF image");
    Path empty = Files.write(dir.resolve("empty.jpg"), new byte[0]);
    assertThatThrownBy(() -> Image.read(empty)).hasMessage(empty + ": is empty (0 bytes)");
    assertThatThrownBy(() -> Image.read(dir.resolve("none.png")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no such image file");
  }

  @ParameterizedTest
  @CsvSource({
    "rgb8.png",
    "baseline_444.jpg",
    "still.gif",
    "rgb24.bmp",
    "lossy.webp",
    "lossless.webp"
  })
  void checksTheLimitGiven(String name) throws IOException {
    Path file = Fixtures.path("decode").resolve(name);
    Image whole = Image.read(file);
    int pixels = whole.width() * whole.height();
    assertThat(Image.read(file, pixels).pixels()).isEqualTo(whole.pixels());
    assertThatThrownBy(() -> Image.read(file, pixels - 1))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(whole.width() + " x " + whole.height())
        .hasMessageContaining("-Dvit4j.maxPixels");
  }

  @Test
  void aPropertySetsTheLimit() {
    Path file = Fixtures.path("decode").resolve("rgb8.png");
    assertThat(Image.maxPixels()).isEqualTo(Image.DEFAULT_MAX_PIXELS);
    System.setProperty(Image.MAX_PIXELS_PROPERTY, "2000");
    try {
      assertThatThrownBy(() -> Image.read(file)).hasMessageContaining("the limit is 2000 pixels");
      System.setProperty(Image.MAX_PIXELS_PROPERTY, "many");
      assertThatThrownBy(() -> Image.read(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("-Dvit4j.maxPixels must be a whole number above 0, not 'many'");
    } finally {
      System.clearProperty(Image.MAX_PIXELS_PROPERTY);
    }
  }

  /** A canvas that no heap holds, and one that this heap does not hold. */
  @Test
  void refusesAWebpCanvasBeforeItsPixels() throws IOException {
    byte[] file = Files.readAllBytes(Fixtures.path("webp/lossy_alpha.webp"));
    Arrays.fill(file, 24, 30, (byte) 0xff);
    assertThatThrownBy(() -> Image.decode(file, "x", Image.maxPixels()))
        .hasMessageContaining("16777216 x 16777216");
    assertThatThrownBy(() -> new PictureLimits("x", Long.MAX_VALUE).check(20_000, 20_000, 16))
        .hasMessageContaining("need up to 6103 MB of memory")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void refusesAPictureInsideABmp() throws IOException {
    byte[] file = Files.readAllBytes(Fixtures.path("decode/rgb24.bmp"));
    file[30] = 4; // a JPEG
    assertThatThrownBy(() -> Image.decode(file, "x", Image.maxPixels()))
        .hasMessage("x: at byte 30: BMP of compression 4 is not supported");
  }

  /** What the JDK would take memory for is brought down to the file's length. */
  @Test
  void readsABmpWhoseLengthsLie() throws IOException {
    byte[] file = Files.readAllBytes(Fixtures.path("decode/rgb24.bmp"));
    Image whole = Image.decode(file, "x", Image.maxPixels());
    Arrays.fill(file, 2, 6, (byte) 0x7f);
    Arrays.fill(file, 34, 38, (byte) 0x7f);
    assertThat(Image.decode(file, "x", Image.maxPixels()).pixels()).isEqualTo(whole.pixels());
  }

  static Stream<String> cutFiles() {
    return Stream.of(
        "rgb8.png",
        "palette8.png",
        "baseline_420.jpg",
        "gray_progressive.jpg",
        "still.gif",
        "lossy.webp",
        "lossless.webp");
  }

  /** At every length: a picture or a typed error, nothing else. */
  @ParameterizedTest
  @MethodSource("cutFiles")
  void answersEveryCutWithATypedErrorOrAPicture(String name) throws IOException {
    byte[] all = Files.readAllBytes(Fixtures.path("decode").resolve(name));
    int refused = 0;
    for (int length = 0; length < all.length; length++) {
      try {
        Image.decode(Arrays.copyOf(all, length), name, 1_000_000);
      } catch (FormatException e) {
        refused++;
        assertThat(e).hasMessageStartingWith(name).hasMessageMatching(".*");
      }
    }
    // Pillow too opens a PNG that lacks the checksum of its pixels and its end, up to 21 bytes.
    assertThat(refused).isGreaterThan(all.length - 22);
  }
}
