package dev.vit4j.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.NpzFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesTest {
  @TempDir Path dir;

  private static Safetensors.Entry floats(String name, long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float x : values) {
      bytes.putFloat(x);
    }
    return new Safetensors.Entry(name, DType.F32, shape, bytes.flip());
  }

  private static Safetensors.Entry labels(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long x : values) {
      bytes.putLong(x);
    }
    return new Safetensors.Entry("labels", DType.I64, new long[] {values.length}, bytes.flip());
  }

  private Path write(Map<String, String> metadata, Safetensors.Entry... entries)
      throws IOException {
    Path file = dir.resolve("f.safetensors");
    Safetensors.write(file, List.of(entries), metadata);
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"f.safetensors", "f.npz"})
  void readsVectorsAndLabels(String name) throws IOException {
    Path file = dir.resolve(name);
    List<Safetensors.Entry> entries =
        new ArrayList<>(
            List.of(floats("features", new long[] {2, 3}, 1, 2, 3, 4, 5, 6), labels(7, 2)));
    if (name.endsWith("npz")) {
      NpzFile.write(file, entries, Map.of());
    } else {
      Safetensors.write(file, entries, Map.of());
    }
    Features features = Features.read(file);
    assertThat(features.size()).isEqualTo(2);
    assertThat(features.dim()).isEqualTo(3);
    assertThat(features.labels()).containsExactly(7, 2);
    assertThat(features.classes()).containsExactly(2, 7);
    assertThat(features.tensor().toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    Features second = features.select(new int[] {1, 1});
    assertThat(second.tensor().toFloats()).containsExactly(4, 5, 6, 4, 5, 6);
    assertThat(second.labels()).containsExactly(2, 2);
  }

  @Test
  void theMetadataSaysWhereTheyComeFrom() throws IOException {
    Map<String, String> metadata =
        Map.of(
            "vit4j.model", "vit", "vit4j.fingerprint", "ab", "vit4j.classes", "[\"cat\",\"dog\"]");
    Features.Origin origin =
        Features.read(write(metadata, floats("features", new long[] {1, 1}, 1))).origin();
    assertThat(origin.model()).isEqualTo("vit");
    assertThat(origin.fingerprint()).isEqualTo("ab");
    assertThat(origin.classes()).containsExactly("cat", "dog");
    for (String bad : List.of("[1, null]", "no", "{}", "null")) {
      Path file = write(Map.of("vit4j.classes", bad), floats("features", new long[] {1, 1}, 1));
      assertThatThrownBy(() -> Features.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("'vit4j.classes' is not a JSON array of texts");
    }
  }

  @Test
  void refusesOtherFiles() throws IOException {
    refused(
        "has no tensor 'features', as vit embed writes, but weight",
        floats("weight", new long[] {1}, 1));
    refused("features are F32[2], not F32 [N, D]", floats("features", new long[] {2}, 1, 2));
    refused("is empty: features are [0, 3]", floats("features", new long[] {0, 3}));
    refused("row 1 contains Infinity", floats("features", new long[] {2, 1}, 1, 1 / 0f));
    Safetensors.Entry two = floats("features", new long[] {2, 1}, 1, 2);
    refused("labels are I64[3], not I64 [2]", two, labels(1, 2, 3));
    refused("row 1 has label -1: labels are from 0 to", two, labels(1, -1));
    refused("row 0 has label 9223372036854775807", two, labels(Long.MAX_VALUE, 1));
    assertThatThrownBy(() -> Features.read(dir.resolve("none.safetensors")))
        .hasMessageContaining("no such file");
    Path csv = Files.writeString(dir.resolve("f.csv"), "source,0\na,1\n");
    assertThatThrownBy(() -> Features.read(csv))
        .hasMessageContaining("is text: write the features");
  }

  private void refused(String reason, Safetensors.Entry... entries) throws IOException {
    Path file = write(Map.of(), entries);
    assertThatThrownBy(() -> Features.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(file + ": " + reason);
  }
}
