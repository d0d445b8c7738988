package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.Safetensors.Entry;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}[] | follows the header",
        "{\"a\":1} | expected an object",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}} | lacks its",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[],\"data_offsets\":[0,4]}} | unknown dtype 'F99'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | negative",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}} | range",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}} | large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,0]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}} | cover 4 bytes, the file has 0",
        "{\"__metadata__\":{\"a\":1}} | expected text",
        "{\"__metadata__\":{\"a\":\"x\",\"a\":\"y\"}} | Duplicate",
        "{\"\\ud800\":{}} | surrogate",
        "{\"a\":{\"dtype\":{},\"shape\":[],\"data_offsets\":[0,4]}} | expected text",
        "{\"a\" | end",
        "[] | does not begin with",
      })
  void saysWhatIsWrong(String header, String reason) throws IOException {
    Path path = write(header.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Safetensors.open(path).close())
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason)
        .hasMessageStartingWith(path + ": ");
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

  /**
   * Bits flipped, bytes replaced, pieces cut, doubled and moved: any other exception fails here.
   */
  @Test
  void twentyThousandMutations() throws IOException {
    Path path = dir.resolve("seed.safetensors");
    List<Entry> entries =
        List.of(
            SafetensorsTest.entry("a.weight", DType.F32, 2, 3),
            SafetensorsTest.entry("a.bias", DType.BF16, 3),
            SafetensorsTest.entry("steps", DType.I64));
    Safetensors.write(path, entries, Map.of("format", "pt"));
    byte[] good = Files.readAllBytes(path);
    Random random = new Random(14);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      Files.delete(path); // truncating in place makes some file systems flush, 3 ms each
      Files.write(path, mutate(good, random));
      try (Safetensors file = Safetensors.open(path)) {
        for (TensorInfo t : file.tensors().values()) {
          assertThat((long) file.data(t.name()).remaining()).isEqualTo(t.bytes());
        }
      } catch (FormatException e) {
        assertThat(e).hasMessageNotContaining("\n");
        refused++;
      }
    }
    assertThat(refused).isBetween(10_000, 19_999);
  }

  private static byte[] mutate(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 0; edits--) {
      int at = random.nextInt(bytes.length);
      int to = at + random.nextInt(Math.min(20, bytes.length - at) + 1);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) "0123456789{}[]\",:-eE \\u".charAt(random.nextInt(22));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = join(bytes, to, bytes, at); // doubles at..to
        default -> bytes = join(bytes, at, bytes, to); // cuts at..to
      }
    }
    return bytes;
  }

  private static byte[] join(byte[] head, int headEnd, byte[] tail, int tailStart) {
    byte[] joined = Arrays.copyOf(head, headEnd + tail.length - tailStart);
    System.arraycopy(tail, tailStart, joined, headEnd, tail.length - tailStart);
    return joined;
  }

  private Path write(byte[] header) throws IOException {
    Path path = dir.resolve("x.safetensors");
    byte[] bytes = Arrays.copyOf(SafetensorsTest.prefix(header.length), 8 + header.length);
    System.arraycopy(header, 0, bytes, 8, header.length);
    return Files.write(path, bytes);
  }
}
