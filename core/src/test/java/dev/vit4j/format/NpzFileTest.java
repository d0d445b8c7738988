package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFileTest {
  @TempDir Path dir;

  /** The state dict that timm made of the same file has some arrays unchanged. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "resized_pos"})
  void readsWhatJaxWrote(String name) throws IOException {
    try (TensorFile npz = TensorFile.open(Fixture.path("05-jax-npz/" + name + ".npz"));
        TensorFile timm = TensorFile.open(Fixture.path("05-jax-npz/" + name + ".io.safetensors"))) {
      assertThat(npz).isInstanceOf(NpzFile.class);
      assertThat(npz.tensors()).hasSize(40);
      Map<String, String> same =
          Map.of(
              "cls", "cls_token",
              "Transformer/encoder_norm/scale", "norm.weight",
              "embedding/bias", "patch_embed.proj.bias",
              "head/bias", "head.bias");
      for (Map.Entry<String, String> pair : same.entrySet()) {
        String key =
            timm.tensors().keySet().stream()
                .filter(k -> k.endsWith(pair.getValue()))
                .findFirst()
                .orElseThrow();
        assertThat(npz.data(pair.getKey())).as(key).isEqualTo(timm.data(key));
      }
    }
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = dir.resolve("w.npz");
    ByteBuffer floats = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    floats.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5, -6});
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    longs.asLongBuffer().put(new long[] {7, -8});
    NpzFile.write(
        file,
        List.of(
            new Safetensors.Entry("x", DType.F32, new long[] {2, 3}, floats),
            new Safetensors.Entry("y", DType.I64, new long[] {2}, longs),
            new Safetensors.Entry("z", DType.U8, new long[0], ByteBuffer.wrap(new byte[] {9}))),
        Map.of());
    try (NpzFile npz = NpzFile.open(file)) {
      assertThat(npz.tensors().get("x").shape()).containsExactly(2, 3);
      assertThat(npz.data("x")).isEqualTo(floats);
      assertThat(npz.data("y")).isEqualTo(longs);
      assertThat(npz.tensors().get("z").shape()).isEmpty();
      assertThat(npz.data("z").get(0)).isEqualTo((byte) 9);
    }
  }

  /** As {@code numpy.save} writes {@code np.array(['b', 'ü😀'])}. */
  @Test
  void writesTextAsNumpyDoes() throws IOException {
    Path file = dir.resolve("t.npz");
    NpzFile.write(file, List.of(), Map.of("s", List.of("b", "ü😀")));
    String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertThat(bytes)
        .contains(
            "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }" + " ".repeat(60) + "\n")
        .contains("b\0\0\0\0\0\0\0\u00fc\0\0\0\0\u00f6\1\0");
  }

  @Test
  void readsTextAsNumpyWritesIt() throws IOException {
    Path file = dir.resolve("t.npz");
    List<String> texts = List.of("", "ü😀 \n", "b");
    ByteBuffer one = ByteBuffer.wrap(new byte[] {9});
    NpzFile.write(
        file,
        List.of(new Safetensors.Entry("x", DType.U8, new long[] {1}, one)),
        Map.of("s", texts, "none", List.of()));
    try (NpzFile npz = NpzFile.open(file)) {
      assertThat(npz.tensors()).containsOnlyKeys("x");
      assertThat(npz.texts()).containsExactlyInAnyOrder("s", "none");
      assertThat(npz.text("s")).isEqualTo(texts);
      assertThat(npz.text("none")).isEmpty();
      assertThatThrownBy(() -> npz.data("s")).hasMessage(file + ": 's' is a list of texts");
      assertThatThrownBy(() -> npz.text("x")).hasMessage(file + ": no list of texts 'x'");
    }
    String big = "{'descr': '>U2', 'fortran_order': True, 'shape': (1,)}";
    try (NpzFile npz =
        NpzFile.open(zip("a.npy", npy(1, big, new byte[] {0, 0, 0, 'a', 0, 1, -10, 0}), true))) {
      assertThat(npz.text("a")).containsExactly("a😀");
    }
    String bad = "{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}";
    try (NpzFile npz = NpzFile.open(zip("a.npy", npy(1, bad, new byte[] {0, 0, 17, 0}), false))) {
      assertThatThrownBy(() -> npz.text("a"))
          .isInstanceOf(FormatException.class)
          .hasMessageEndingWith("array 'a': text 0 is not Unicode");
    }
    String wide = "{'descr': '<U999999999', 'fortran_order': False, 'shape': (0,)}";
    try (NpzFile npz = NpzFile.open(zip("a.npy", npy(1, wide), false))) {
      assertThat(npz.text("a")).isEmpty();
    }
  }

  private static byte[] npy(int version, String dict, byte... content) {
    byte[] header = (dict + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer start =
        ByteBuffer.allocate(version == 1 ? 10 : 12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      start.putShort((short) header.length);
    } else {
      start.putInt(header.length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(start.array());
    out.writeBytes(header);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** A small file with one array. */
  static Path small(Path dir, boolean deflated) throws IOException {
    return zip(dir, "a.npy", npy(1, dict("<f4", true, "(2, 3)"), new byte[24]), deflated);
  }

  private Path zip(String name, byte[] content, boolean deflated) throws IOException {
    return zip(dir, name, content, deflated);
  }

  private static Path zip(Path dir, String name, byte[] content, boolean deflated)
      throws IOException {
    Path path = dir.resolve("x.npz");
    try (OutputStream file = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      ZipEntry entry = new ZipEntry(name);
      if (!deflated) {
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
      }
      zip.putNextEntry(entry);
      zip.write(content);
      zip.closeEntry();
    }
    return path;
  }

  private static String dict(String descr, boolean fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
        .formatted(descr, fortran ? "True" : "False", shape);
  }

  @ParameterizedTest
  @CsvSource({
    "<f8,F64",
    "<f4,F32",
    "<f2,F16",
    "|V2,BF16",
    "<i8,I64",
    "<i4,I32",
    "<i2,I16",
    "|i1,I8",
    "<u8,U64",
    "<u4,U32",
    "<u2,U16",
    "|u1,U8",
    "|b1,BOOL",
    ">f8,F64",
    ">i2,I16"
  })
  void everyTypeVersionAndMethod(String descr, DType dtype) throws IOException {
    int size = dtype.bytes();
    byte[] content = new byte[6 * size];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i + 1);
    }
    for (int version = 1; version <= 3; version++) {
      byte[] array = npy(version, dict(descr, false, "(2, 3)"), content);
      try (TensorFile file = TensorFile.open(zip("a/b.npy", array, version == 2))) {
        TensorInfo info = Objects.requireNonNull(file.tensors().get("a/b"));
        assertThat(info).isEqualTo(new TensorInfo("a/b", dtype, new long[] {2, 3}));
        byte[] actual = new byte[content.length];
        file.data("a/b").get(actual);
        for (int i = 0; i < actual.length; i++) {
          int at = descr.startsWith(">") ? i / size * size + size - 1 - i % size : i;
          assertThat(actual[i]).isEqualTo(content[at]);
        }
      }
    }
  }

  @Test
  void columnsFirst() throws IOException {
    byte[] content = {1, 2, 3, 4, 5, 6};
    byte[] array = npy(1, dict("|u1", true, "(2L, 3L)"), content);
    try (TensorFile file = TensorFile.open(zip("a.npy", array, true))) {
      assertThat(file.data("a")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 3, 5, 2, 4, 6}));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'descr': '|O', 'fortran_order': False, 'shape': (4,)}; pickled Python objects",
        "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (4,)}; lacks its descr",
        "{'descr': '<c8', 'fortran_order': False, 'shape': ()}; type '<c8', which is not supported",
        "{'descr': '<U1', 'fortran_order': False, 'shape': ()}; type '<U1', which is not supported",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}; shape (2,) has 4 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999,9999999999)}; has 4 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,)}; lacks its",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': ()}; lacks its descr",
        "{'descr': '<f4', 'descr': '<f4'}; two entries for descr",
        "__import__('os'); not a dict",
      })
  void badHeaders(String header, String reason) throws IOException {
    Path path = zip("w.npy", npy(1, header, new byte[4]), false);
    assertThatThrownBy(() -> TensorFile.open(path).close())
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(path + ": array 'w' ")
        .hasMessageContaining(reason);
  }

  @Test
  void damagedBytesAreNoticed() throws IOException {
    byte[] array = npy(1, dict("<f4", false, "(100,)"), new byte[400]);
    for (boolean deflated : new boolean[] {false, true}) {
      Path path = zip("w.npy", array, deflated);
      byte[] bytes = Files.readAllBytes(path);
      bytes[deflated ? 90 : 300] ^= 1;
      Files.write(path, bytes);
      try (TensorFile file = TensorFile.open(path)) {
        assertThatThrownBy(() -> file.data("w")).isInstanceOf(FormatException.class);
      } catch (FormatException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
    }
  }

  @Test
  void aRecordThatIsNoArray() throws IOException {
    Path path = zip("w.txt", new byte[4], false);
    assertThatThrownBy(() -> NpzFile.open(path))
        .hasMessage(path + ": record 'w.txt' is not an array");
    assertThatThrownBy(() -> TensorFile.open(path))
        .hasMessage(path + ": a zip archive with neither torch's data.pkl nor numpy's .npy");
  }
}
