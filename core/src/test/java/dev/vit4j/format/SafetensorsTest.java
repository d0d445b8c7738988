package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.Safetensors.Entry;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir Path dir;

  static Path fixture(String name) {
    URL url = Objects.requireNonNull(SafetensorsTest.class.getResource("/fixtures/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsATimmModel() throws IOException {
    try (Safetensors file = Safetensors.open(fixture("01-timm-vit/a_cls/model.safetensors"))) {
      assertThat(file.tensors()).hasSize(44);
      assertThat(file.tensors().values().stream().mapToLong(TensorInfo::count).sum())
          .isEqualTo(95_530);
      assertThat(shape(file, "patch_embed.proj.weight")).containsExactly(48, 3, 8, 8);
      assertThat(shape(file, "pos_embed")).containsExactly(1, 17, 48);
      assertThat(shape(file, "blocks.2.attn.qkv.weight")).containsExactly(144, 48);
      assertThat(shape(file, "head.bias")).containsExactly(10);
      assertThat(file.tensors().keySet().iterator().next()).isEqualTo("blocks.0.attn.proj.bias");
      assertThat(file.metadata()).isEmpty();
    }
  }

  private static long[] shape(Safetensors file, String name) {
    return Objects.requireNonNull(file.tensors().get(name)).shape();
  }

  @Test
  void readsValues() throws IOException {
    try (Safetensors file = Safetensors.open(fixture("10-losses-metrics/metrics.safetensors"))) {
      ByteBuffer prob = file.data("prob");
      assertThat(file.tensors().get("prob"))
          .isEqualTo(new TensorInfo("prob", DType.F64, new long[] {200, 10}));
      for (int row = 0; row < 200; row++) {
        double sum = 0;
        for (int c = 0; c < 10; c++) {
          sum += prob.getDouble();
        }
        assertThat(sum).isBetween(1 - 1e-6, 1 + 1e-6);
      }
      assertThat(prob.hasRemaining()).isFalse();
    }
  }

  /** The reference writer made these files, so equal bytes mean that both write alike. */
  @ParameterizedTest
  @ValueSource(
      strings = {"01-timm-vit/a_cls/model.safetensors", "10-losses-metrics/metrics.safetensors"})
  void writesTheBytesOfTheReferenceWriter(String name) throws IOException {
    Path copy = dir.resolve("copy.safetensors");
    try (Safetensors file = Safetensors.open(fixture(name))) {
      List<Entry> entries = new ArrayList<>();
      for (TensorInfo t : file.tensors().values()) {
        entries.add(0, new Entry(t.name(), t.dtype(), t.shape(), file.data(t.name())));
      }
      Safetensors.write(copy, entries, file.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(fixture(name));
  }

  @Test
  void everyDtypeGoesRoundWithOddNamesAndMetadata() throws IOException {
    Path path = dir.resolve("all.safetensors");
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("z", "a/b \"quoted\" \n\u0001 ü 🙂");
    metadata.put("a", "{\"json\": true}");
    List<Entry> entries = new ArrayList<>();
    for (DType dtype : DType.values()) {
      entries.add(entry(dtype + " \"/ü🙂\n", dtype, 3, 1));
    }
    entries.add(entry("", DType.F32));
    entries.add(entry("empty", DType.F16, 4, 0, 7));
    entries.add(entry("empty too", DType.F16, 0));
    Safetensors.write(path, entries, metadata);
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.metadata()).containsExactlyEntriesOf(metadata);
      assertThat(file.tensors()).hasSameSizeAs(entries);
      long before = 0; // tensors without gaps between them, in the order of their data
      for (TensorInfo t : file.tensors().values()) {
        assertThat(before % t.dtype().bytes()).isZero();
        before += t.bytes();
      }
      for (Entry e : entries) {
        assertThat(shape(file, e.name())).isEqualTo(e.shape());
        assertThat(file.data(e.name())).isEqualTo(e.littleEndianData());
        assertThat(file.data(e.name()).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(e.littleEndianData().position()).isZero();
      }
    }
    byte[] bytes = Files.readAllBytes(path);
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  /** The file is sparse: it takes a few kilobytes of the disk. */
  @Test
  void aTensorOverTwoGibibytesIsReadInParts() throws IOException {
    Path path = dir.resolve("large.safetensors");
    long rows = 1_200_000;
    long bytes = rows * 512 * 4;
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
            + "\"x\":{\"dtype\":\"F32\",\"shape\":[%d,512],\"data_offsets\":[8,%d]},"
                .formatted(rows, bytes + 8)
            + "\"z\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}}"
                .formatted(bytes + 8, bytes + 9);
    ByteBuffer head = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII)).flip();
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int start = head.remaining();
      file.write(head);
      ByteBuffer row = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 5);
      file.write(row, start + 8 + 600_000L * 512 * 4);
      file.write(ByteBuffer.wrap(new byte[] {7}), start + 8 + bytes);
    }
    try (Safetensors file = Safetensors.open(path)) {
      List<ByteBuffer> parts = file.parts("x");
      assertThat(parts.stream().map(p -> p.remaining() / 2048))
          .containsExactly(1 << 19, 1 << 19, (int) (rows - (2 << 19)));
      assertThat(parts.get(1).getFloat((600_000 - (1 << 19)) * 2048)).isEqualTo(5);
      assertThat(parts.get(0).getFloat(0)).isZero();
      assertThat(file.data("z").get(0)).isEqualTo((byte) 7);
      assertThat(file.parts("a")).containsExactly(ByteBuffer.allocate(8));
      assertThatThrownBy(() -> file.data("x"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageEndingWith(path + ": tensor 'x' is larger than 2 GiB");
    }
  }

  @Test
  void aFileWithoutTensors() throws IOException {
    Path path = dir.resolve("none.safetensors");
    Safetensors.write(path, List.of(), Map.of());
    assertThat(Files.readAllBytes(path))
        .isEqualTo("\u0008\0\0\0\0\0\0\0{}      ".getBytes(StandardCharsets.US_ASCII));
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.tensors()).isEmpty();
    }
  }

  @Test
  void viewsAreReadOnlyAndOutliveTheFile() throws IOException {
    Path path = dir.resolve("a.safetensors");
    Safetensors.write(path, List.of(entry("x", DType.F32, 2)), Map.of());
    Safetensors file = Safetensors.open(path);
    ByteBuffer x = file.data("x");
    assertThatThrownBy(() -> x.put((byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
    assertThatThrownBy(() -> file.data("y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(path + ": no tensor 'y'");
    file.close();
    Safetensors.write(path, List.of(entry("x", DType.U8, 1)), Map.of());
    assertThat(x.remaining()).isEqualTo(8);
    assertThat(x.getFloat()).isNotNaN();
    assertThatThrownBy(() -> file.data("x")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void mapsFilesLargerThanOneMapping() throws IOException {
    Path path = dir.resolve("large.safetensors");
    long third = 1_500_000_000;
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 3; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              "\"t%d\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                  .formatted(i, third, i * third, (i + 1) * third));
    }
    byte[] header = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.write(prefix(header.length));
      sparse.write(header);
      sparse.setLength(8 + header.length + 3 * third);
      sparse.seek(8 + header.length + 3 * third - 1);
      sparse.write(42);
    }
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.data("t1").get((int) third - 1)).isZero();
      assertThat(file.data("t2").get((int) third - 1)).isEqualTo((byte) 42);
    }
  }

  @Test
  void refusesToWriteNonsense() {
    Path path = dir.resolve("a.safetensors");
    Entry x = entry("x", DType.F32, 2);
    assertThatThrownBy(() -> Safetensors.write(path, List.of(x, x), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 'x' occurs twice");
    Entry small = new Entry("y", DType.F32, new long[] {2, 2}, ByteBuffer.allocate(15));
    assertThatThrownBy(() -> Safetensors.write(path, List.of(small), Map.of()))
        .hasMessage("tensor 'y': F32[2, 2] needs 16 bytes, its buffer has 15");
    assertThatThrownBy(
            () -> Safetensors.write(path, List.of(entry("__metadata__", DType.U8, 1)), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(path).doesNotExist();
  }

  static byte[] prefix(long length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  static Entry entry(String name, DType dtype, long... shape) {
    ByteBuffer data = ByteBuffer.allocate((int) TensorInfo.count(shape) * dtype.bytes());
    for (int i = 0; i < data.capacity(); i++) {
      data.put(i, (byte) (i * 7 + 1));
    }
    return new Entry(name, dtype, shape, data);
  }
}
