package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Torch files by hand: pickles of protocol 0 as text, in archives as everybody can make them. */
class TorchHostileTest {
  @TempDir Path dir;

  /** A tensor of the storage "0" with four elements. */
  private static String tensor(String storage, String offset, String shape, String strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nc%s\nV0\nVcpu\nI4\ntQ%s(%st(%stI00\n(dtR"
        .formatted(storage.replace('.', '\n'), offset, shape, strides);
  }

  private static final String FLOATS = tensor("torch.FloatStorage", "I0\n", "I4\n", "I1\n");

  private Path zip(boolean deflated, Map<String, String> records) throws IOException {
    Path path = dir.resolve("x.pth");
    try (OutputStream file = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setLevel(deflated ? 9 : 0);
      for (Map.Entry<String, String> record : records.entrySet()) {
        zip.putNextEntry(new ZipEntry(record.getKey()));
        zip.write(record.getValue().getBytes(StandardCharsets.ISO_8859_1));
        zip.closeEntry();
      }
    }
    return path;
  }

  private Path pth(String pickle) throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("a/data.pkl", pickle);
    records.put("a/data/0", "0123456789abcdef");
    return zip(true, records);
  }

  private static void refused(Path path, String reason) {
    assertThatThrownBy(() -> TensorFile.open(path).close())
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void anArchiveThatSomebodyPackedAgainIsRead() throws IOException {
    try (TensorFile file = TensorFile.open(pth("(dVw\n" + FLOATS + "s."))) {
      assertThat(file.data("w"))
          .isEqualTo(ByteBuffer.wrap("0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void bigEndianStoragesAreTurned() throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("a/data.pkl", "(dVw\n" + FLOATS + "s.");
    records.put("a/byteorder", "big");
    records.put("a/data/0", "0123456789abcdef");
    try (TensorFile file = TensorFile.open(zip(true, records))) {
      assertThat(file.data("w"))
          .isEqualTo(ByteBuffer.wrap("32107654ba98fedc".getBytes(StandardCharsets.US_ASCII)));
    }
    records.put("a/byteorder", "middle");
    refused(zip(true, records), "unknown byteorder 'middle'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.ComplexStorage | refers to torch.ComplexStorage, which is not supported",
        "torch.float32 | a storage of type torch.float32",
      })
  void storagesThatAreNotRead(String storage, String reason) throws IOException {
    refused(pth("(dVw\n" + tensor(storage, "I0\n", "I4\n", "I1\n") + "s."), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "I1 | I4 | I1",
        "I-1 | I4 | I1",
        "I0 | I5 | I1",
        "I0 | I4 | I2",
        "I0 | I4 | I-1",
        "I0 | I-4 | I1",
        "I0 | I9223372036854775807 | I9223372036854775807",
        "I9223372036854775807 | I1 | I1",
      })
  void viewsBeyondTheStorage(String offset, String size, String stride) throws IOException {
    String view = tensor("torch.FloatStorage", offset + "\n", size + "\n", stride + "\n");
    refused(pth("(dVw\n" + view + "s."), "in a storage of 16 bytes");
  }

  @Test
  void otherThings() throws IOException {
    refused(pth("(dVa.b\n" + FLOATS + "sVa\n(dVb\n" + FLOATS + "ss."), "'a.b' occurs twice");
    refused(pth("I1\n."), "holds no tensors, but 1");
    try (TensorFile empty = TensorFile.open(pth("(d."))) {
      assertThat(empty.tensors()).isEmpty();
    }
  }

  /** A text that the memo repeats, encoded again and again: 1 MB becomes a thousand. */
  @Test
  void callsDoNotCopyMoreThanTheFileHas() throws IOException {
    String text = "V" + "x".repeat(60_000) + "\np0\n0";
    String again = "c_codecs\nencode\n(g0\nVlatin1\ntR";
    refused(pth("(" + text + again.repeat(1000) + "l."), "more objects than the file has bytes");
    String list = "(" + "N".repeat(10_000) + "lp0\n0";
    String copy = "c__builtin__\nset\n(g0\ntR";
    refused(pth("(" + list + copy.repeat(1000) + "l."), "more objects than the file has bytes");
  }

  @Test
  void aWholeModelIsRefusedByItsClass() throws IOException {
    refused(
        pth("ctorchvision.models.resnet\nResNet\n)R."),
        "refers to torchvision.models.resnet.ResNet, which is not supported: code in files is never executed; "
            + "save the weights with torch.save(model.state_dict(), FILE)");
  }

  @Test
  void filesOfOtherKindsAreNamed() throws IOException {
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    refused(Files.write(dir.resolve("old.pth"), tar), "a tar archive: if torch before 0.1.10");
    refused(Files.write(dir.resolve("e"), new byte[0]), "is empty");
    refused(
        Files.writeString(dir.resolve("lfs.pth"), "version https://git-lfs.github.com/spec/v1\n"),
        "run git lfs pull");
    refused(Files.write(dir.resolve("p"), new byte[] {(byte) 0x80, 2, '}', '.'}), "torch.save did");
    refused(zip(true, Map.of("a/x", "")), "neither torch's data.pkl nor numpy's .npy");
    refused(zip(true, Map.of("a/data.pkl", "(d.", "b/data.pkl", "(d.")), "with 2 data.pkl");
  }

  @Test
  void storagesMustBeWhatThePickleSays() throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("a/data.pkl", "(dVw\n" + FLOATS + "s.");
    refused(zip(true, records), "storage a/data/0 has none of the 16 bytes announced");
    records.put("a/data/0", "0".repeat(50_000));
    refused(zip(true, records), "storage a/data/0 has 50000 of the 16 bytes announced");
  }
}
