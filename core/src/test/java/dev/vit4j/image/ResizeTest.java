package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResizeTest {
  private static final Pattern CASE = Pattern.compile("(\\w+?)_(\\w+)_(\\d+)x(\\d+)\\.png");

  static Stream<String> golden() {
    return Fixtures.files("resize").stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> CASE.matcher(name).matches());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void equalsPillow(String name) throws IOException {
    Matcher parts = CASE.matcher(name);
    assertThat(parts.matches()).isTrue();
    Path folder = Fixtures.folder("resize");
    Image source = Image.read(folder.resolve(parts.group(1) + ".png"));
    Interpolation filter = Interpolation.valueOf(parts.group(2).toUpperCase(Locale.ROOT));
    int width = Integer.parseInt(parts.group(3));
    int height = Integer.parseInt(parts.group(4));
    Image actual = new Resize(height, width, filter).apply(source);
    Image expected = Image.read(folder.resolve(name));
    assertThat(actual).hasToString(expected.toString());
    assertThat(Fixtures.difference(actual, expected)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"BILINEAR", "BICUBIC", "LANCZOS"})
  void equalsPillowOnGrey(Interpolation filter) throws IOException {
    Path folder = Fixtures.folder("resize");
    Image grey = Image.read(folder.resolve("photo.png")).toGrey();
    Image expected = Image.read(folder.resolve("gray_" + filter + ".png"));
    Image actual = new Resize(expected.height(), expected.width(), filter).apply(grey);
    assertThat(actual.channels()).isEqualTo(1);
    assertThat(Fixtures.difference(actual, expected)).isZero();
  }

  @Test
  void sameSizeIsTheSamePicture() {
    Image image = new Image(2, 1, 1, new byte[] {1, 2});
    assertThat(new Resize(1, 2, Interpolation.LANCZOS).apply(image)).isSameAs(image);
  }

  @Test
  void printsAsTorchvision() {
    assertThat(new Resize(32, 48, Interpolation.BICUBIC))
        .hasToString("Resize(size=[32, 48], interpolation=bicubic, max_size=None, antialias=True)");
    assertThatThrownBy(() -> new Resize(0, 3, Interpolation.BOX)).hasMessageContaining("0 x 3");
  }
}
