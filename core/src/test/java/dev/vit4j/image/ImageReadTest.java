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
  private static final int LOSSY_WEBP = 4;

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
    int tolerance = name.contains("lossy.webp") ? LOSSY_WEBP : name.contains("cmyk") ? 1 : 0;
    assertThat(Fixtures.difference(actual, expected)).isLessThanOrEqualTo(tolerance);
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
    "webp_canvas.webp,16777216 x 16777216"
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
    assertThatThrownBy(() -> Image.read(dir.resolve("none.png")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no such picture file");
  }

  @Test
  void checksTheLimitGiven() {
    Path file = Fixtures.path("decode").resolve("rgb8.png");
    assertThatThrownBy(() -> Image.read(file, 53 * 38 - 1)).hasMessageContaining("53 x 38");
  }

  static Stream<String> cutFiles() {
    return Stream.of(
        "rgb8.png", "palette8.png", "baseline_420.jpg", "gray_progressive.jpg", "still.gif");
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
    assertThat(refused).isGreaterThan(all.length - 20);
  }
}
