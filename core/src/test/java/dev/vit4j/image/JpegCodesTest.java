package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegCodesTest {
  private static final int SCAN = 0xda;
  private static final int END = 0xd9;

  static Stream<Path> whole() {
    return Fixtures.files("decode").stream()
        .filter(file -> file.toString().endsWith(".jpg") && !file.toString().contains("cmyk"));
  }

  private static byte[] file(String name) throws IOException {
    return Files.readAllBytes(Fixtures.path("decode/" + name + ".jpg"));
  }

  /** Returns the offset of FF and a marker. */
  private static int find(byte[] file, int marker, int from) {
    int at = from;
    while ((file[at] & 0xff) != 0xff || (file[at + 1] & 0xff) != marker) {
      at++;
    }
    return at;
  }

  private static byte[] inserted(byte[] file, int at, int... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, at);
    for (int b : more) {
      out.write(b);
    }
    out.write(file, at, file.length - at);
    return out.toByteArray();
  }

  private static byte[] without(byte[] file, int from, int to) {
    byte[] out = Arrays.copyOf(file, file.length - (to - from));
    System.arraycopy(file, to, out, from, file.length - to);
    return out;
  }

  @ParameterizedTest
  @MethodSource("whole")
  void aWholeFileIsComplete(Path path) throws IOException {
    byte[] file = Files.readAllBytes(path);
    assertThat(JpegCodes.areComplete(file)).isTrue();
    assertThat(JpegCodes.areComplete(file)).as("again").isTrue();
    assertThat(JpegCodes.areComplete(inserted(file, file.length, 1, 2, 3))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"baseline_420", "gray_progressive", "restart", "progressive_444"})
  void aCutFileIsNot(String name) throws IOException {
    byte[] file = file(name);
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThat(JpegCodes.areComplete(cut)).as("%d bytes", length).isFalse();
      if (length > find(file, SCAN, 0) && length < file.length - 3) {
        byte[] ended = inserted(cut, length, 0xff, END);
        assertThat(JpegCodes.areComplete(ended)).as("%d bytes and an end", length).isFalse();
      }
    }
  }

  /** libjpeg decodes these with a warning. */
  @Test
  void bytesThatNoCodeNeedsAreFound() throws IOException {
    byte[] file = file("baseline_420");
    int end = find(file, END, 0);
    assertThat(JpegCodes.areComplete(inserted(file, end, 0))).isFalse();
    assertThat(JpegCodes.areComplete(inserted(file, end, 0xff, 0))).isFalse();
    assertThat(JpegCodes.areComplete(inserted(file, end, 0xff, 0xd0))).isFalse();
    assertThat(JpegCodes.areComplete(inserted(file, end, 0xff))).as("a fill byte").isTrue();
  }

  @Test
  void aMissingOrSecondScanIsFound() throws IOException {
    byte[] file = file("progressive_444");
    int second = find(file, 0xc4, find(file, SCAN, 0)); // its tables come first
    int third = find(file, 0xc4, find(file, SCAN, second));
    assertThat(JpegCodes.areComplete(without(file, second, third))).isFalse();
    int last = file.length - 2;
    byte[] twice = new byte[file.length + third - second];
    System.arraycopy(file, 0, twice, 0, last);
    System.arraycopy(file, second, twice, last, third - second);
    twice[twice.length - 2] = (byte) 0xff;
    twice[twice.length - 1] = (byte) END;
    assertThat(JpegCodes.areComplete(twice)).isFalse();
  }

  @Test
  void aMissingRestartMarkerIsFound() throws IOException {
    byte[] file = file("restart");
    int first = find(file, 0xd0, find(file, SCAN, 0));
    assertThat(JpegCodes.areComplete(without(file, first, first + 2))).isFalse();
    byte[] wrong = file.clone();
    wrong[first + 1] = (byte) 0xd3;
    assertThat(JpegCodes.areComplete(wrong)).isFalse();
  }

  @Test
  void missingTablesAreFound() throws IOException {
    byte[] file = file("baseline_420");
    int tables = find(file, 0xc4, 0);
    int length = (file[tables + 2] & 0xff) << 8 | (file[tables + 3] & 0xff);
    assertThat(JpegCodes.areComplete(without(file, tables, tables + 2 + length))).isFalse();
  }
}
