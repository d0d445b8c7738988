package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardedTensorsTest {
  @TempDir Path dir;
  private Path folder;

  @BeforeEach
  void twoShards() throws IOException {
    folder = Files.createDirectory(dir.resolve("model"));
    Safetensors.write(
        folder.resolve("s1"),
        List.of(SafetensorsTest.entry("a", DType.F32, 2), SafetensorsTest.entry("b", DType.F16, 3)),
        Map.of("format", "pt"));
    Safetensors.write(
        folder.resolve("s2"), List.of(SafetensorsTest.entry("c", DType.I64)), Map.of());
    Safetensors.write(
        dir.resolve("outside"), List.of(SafetensorsTest.entry("a", DType.F32, 2)), Map.of());
  }

  private Path index(String weightMap) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\": {\"total_size\": 22}, \"weight_map\": " + weightMap + "}\n");
  }

  @Test
  void joinsTheShardsInTheOrderOfTheIndex() throws IOException {
    index("{\"c\": \"s2\", \"a\": \"s1\", \"b\": \"s1\"}");
    try (TensorFile file = TensorFile.open(folder);
        Safetensors first = Safetensors.open(folder.resolve("s1"))) {
      assertThat(file).isInstanceOf(ShardedTensors.class);
      assertThat(file.tensors().keySet()).containsExactly("c", "a", "b");
      assertThat(file.metadata()).isEqualTo(Map.of("total_size", "22", "format", "pt"));
      assertThat(file.data("b")).isEqualTo(first.data("b"));
      assertThatThrownBy(() -> file.data("d")).hasMessageContaining("no tensor 'd'");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": \"../outside\"} | the shard '../outside' is outside the index's folder",
        "{\"a\": \"x/../../outside\"} | is outside the index's folder",
        "{\"a\": \"/etc/passwd\"} | the shard '/etc/passwd' is outside the index's folder",
        "{\"a\": \"s\\u0000\"} | is outside the index's folder",
        "{\"a\": \"s3\"} | the shard s3 is missing",
        "{\"a\": \".\"} | the shard . is missing",
        "{\"a\": \"model.safetensors.index.json\"} | is text: a shard holds tensors",
        "{\"a\": \"s1\", \"b\": \"s1\", \"c\": \"s1\"} | tensor 'c' is not in its shard s1",
        "{\"a\": \"s1\", \"b\": \"s1\", \"b\": \"s1\"} | Duplicate",
        "{\"a\": \"s1\"} | tensor 'b' of the shard s1 is listed nowhere",
        "{\"a\": 1} | the shard of 'a' is not text",
        "{} | it has no weight_map",
        "[] | it has no weight_map",
        "{\"a\": | expected a value",
      })
  void badIndexes(String weightMap, String reason) throws IOException {
    Path path = index(weightMap);
    assertThatThrownBy(() -> TensorFile.open(path).close())
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void aTensorInTwoShards() throws IOException {
    Safetensors.write(
        folder.resolve("s2"),
        List.of(SafetensorsTest.entry("a", DType.F32, 2), SafetensorsTest.entry("c", DType.I64)),
        Map.of());
    Path path = index("{\"c\": \"s2\", \"a\": \"s1\", \"b\": \"s1\"}");
    assertThatThrownBy(() -> TensorFile.open(path).close())
        .hasMessage(path + ": tensor 'a' of the shard s2 is listed in s1");
  }

  @Test
  void torchsShardsOpenAsSafetensorsDo() throws IOException {
    Path other = Files.createDirectory(dir.resolve("torch"));
    TorchFile.write(
        other.resolve("pytorch_model-00001-of-00002.bin"),
        List.of(
            SafetensorsTest.entry("a", DType.F32, 2), SafetensorsTest.entry("b", DType.F16, 3)));
    TorchFile.write(
        other.resolve("pytorch_model-00002-of-00002.bin"),
        List.of(SafetensorsTest.entry("c", DType.I64)));
    Path index = other.resolve("pytorch_model.bin.index.json");
    Files.writeString(
        index,
        """
        {"metadata": {"total_size": 22},
         "weight_map": {"a": "pytorch_model-00001-of-00002.bin",
                        "b": "pytorch_model-00001-of-00002.bin",
                        "c": "pytorch_model-00002-of-00002.bin"}}
        """);
    try (TensorFile file = TensorFile.open(other);
        Safetensors same = Safetensors.open(folder.resolve("s1"))) {
      assertThat(file).isInstanceOf(ShardedTensors.class);
      assertThat(file.tensors().keySet()).containsExactly("a", "b", "c");
      assertThat(file.data("b")).isEqualTo(same.data("b"));
    }
    Files.writeString(other.resolve("pytorch_model-00002-of-00002.bin"), "no tensors");
    assertThatThrownBy(() -> TensorFile.open(index).close())
        .hasMessageStartingWith(other.resolve("pytorch_model-00002-of-00002.bin") + ": not a file");
    Files.delete(other.resolve("pytorch_model-00002-of-00002.bin"));
    assertThatThrownBy(() -> TensorFile.open(index).close())
        .hasMessage(
            index
                + ": the shard pytorch_model-00002-of-00002.bin is missing: put it next to the index");
  }
}
