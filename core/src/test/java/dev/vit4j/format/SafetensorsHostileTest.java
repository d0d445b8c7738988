package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SafetensorsHostileTest {
  @TempDir Path dir;

  static Stream<Arguments> manifest() {
    JsonNode all =
        JsonMapper.shared().readTree(SafetensorsTest.fixture("14-hostile/manifest.json").toFile());
    return all.valueStream()
        .filter(f -> f.get("kind").stringValue().equals("safetensors"))
        .map(f -> Arguments.of(f.get("file").stringValue(), f.get("expected").stringValue()));
  }

  @ParameterizedTest
  @MethodSource("manifest")
  void refusesTheHostileFiles(String file, String expected) {
    assertThat(expected).isEqualTo("reject");
    Path path = SafetensorsTest.fixture("14-hostile/" + file);
    assertThatThrownBy(() -> Safetensors.open(path).close())
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(path + ": at byte ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theManifestHasTwelve() {
    assertThat(manifest()).hasSize(12);
  }

  @Test
  void ignoresFieldsOfTheFutureAsTheReferenceDoes() throws IOException {
    Path path =
        write(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0],\"x\":[{}]}}"
                .getBytes(StandardCharsets.UTF_8));
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.tensors()).containsOnlyKeys("a");
    }
  }

  @Test
  void aNameCannotWriteLinesOfItsOwn() throws IOException {
    Path path =
        write("{\"a\\n\\u001b[31mOK\":{\"dtype\":\"F32\"}}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Safetensors.open(path).close())
        .hasMessageContaining("'a [31mOK'")
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void noFileAFolderAndAnEmptyFile() throws IOException {
    Path missing = dir.resolve("missing.safetensors");
    assertThatThrownBy(() -> Safetensors.open(missing)).hasMessage(missing + ": no such file");
    assertThatThrownBy(() -> Safetensors.open(dir))
        .hasMessage(dir + ": is a folder, not a safetensors file");
    Path empty = Files.createFile(dir.resolve("empty"));
    assertThatThrownBy(() -> Safetensors.open(empty))
        .isInstanceOf(FormatException.class)
        .hasMessage(empty + ": at byte 0: a safetensors file has at least 8 bytes");
  }

  private Path write(byte[] header) throws IOException {
    Path path = dir.resolve("x.safetensors");
    byte[] bytes = Arrays.copyOf(SafetensorsTest.prefix(header.length), 8 + header.length);
    System.arraycopy(header, 0, bytes, 8, header.length);
    return Files.write(path, bytes);
  }
}
