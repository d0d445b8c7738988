package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CifarTest {
  private static byte pixel(int sample, int place) {
    return (byte) (sample * 31 + place * 7);
  }

  /** Records of the binary form: label bytes, then the pixels of samples 0, 1, … */
  private static byte[] records(int[]... labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < labels.length; i++) {
      for (int label : labels[i]) {
        out.write(label);
      }
      for (int p = 0; p < 3072; p++) {
        out.write(pixel(i, p));
      }
    }
    return out.toByteArray();
  }

  private static void writeBinary100(Path dir) throws IOException {
    Files.createDirectories(dir);
    Files.write(dir.resolve("train.bin"), records(new int[] {4, 0}, new int[] {13, 99}));
    Files.write(dir.resolve("test.bin"), records(new int[] {19, 7}));
  }

  private static void copy(String resource, Path to) throws IOException {
    try (InputStream in = CifarTest.class.getResourceAsStream("/pickle/" + resource)) {
      Files.createDirectories(to.getParent());
      Files.write(to, in.readAllBytes());
    }
  }

  private static void assertPixels(Dataset data) throws IOException {
    assertThat(data.shape()).isEqualTo(new Shape(3, 32, 32));
    byte[] planes = new byte[3072];
    for (int i = 0; i < data.size(); i++) {
      data.copyInto(i, planes, 0);
      for (int p = 0; p < planes.length; p++) {
        assertThat(planes[p]).isEqualTo(pixel(i, p));
      }
    }
    // Row 1, column 2 of blue is plane 2's 34th byte.
    assertThat(data.image(0).pixels()[(32 + 2) * 3 + 2]).isEqualTo(pixel(0, 2048 + 34));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cifar-100-binary"})
  void readsTheBinaryForm(String below, @TempDir Path dir) throws IOException {
    writeBinary100(dir.resolve(below));
    Splits fine = Datasets.open("cifar100", dir);
    assertThat(fine.train().size()).isEqualTo(2);
    assertThat(fine.test().size()).isEqualTo(1);
    assertThat(Labels.of(fine.train()).label(1)).isEqualTo(99);
    assertThat(fine.train().classes()).hasSize(100).startsWith("apple").endsWith("worm");
    assertPixels(fine.train());
    Splits coarse = Datasets.open("cifar100-coarse", dir);
    assertThat(Labels.of(coarse.train()).label(1)).isEqualTo(13);
    assertThat(coarse.train().classes()).hasSize(20).startsWith("aquatic_mammals");
    assertThat(Datasets.namesOf(dir)).containsExactly("cifar100", "cifar100-coarse");
    assertThat(Datasets.open("folder", dir).test().name()).isEqualTo("cifar100 test");
  }

  @Test
  void readsTheTenBatches(@TempDir Path dir) throws IOException {
    for (int batch = 1; batch <= 5; batch++) {
      Files.write(dir.resolve("data_batch_" + batch + ".bin"), records(new int[] {batch}));
    }
    Files.write(dir.resolve("test_batch.bin"), records(new int[] {9}, new int[] {0}));
    Splits splits = Datasets.open("cifar10", dir);
    assertThat(splits.train().size()).isEqualTo(5);
    assertThat(Labels.of(splits.train()).label(4)).isEqualTo(5);
    assertThat(splits.train().classes()).containsSequence("airplane", "automobile");
    assertPixels(splits.test());
    Files.delete(dir.resolve("data_batch_3.bin"));
    assertThatThrownBy(() -> Datasets.open("cifar10", dir))
        .hasMessage(dir + ": has no data_batch_3.bin, which belongs to cifar10");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void readsPythonsForm(int protocol, @TempDir Path dir) throws IOException {
    copy("cifar100_p" + protocol + ".pkl", dir.resolve("cifar-100-python/train"));
    copy("cifar100_p" + protocol + ".pkl", dir.resolve("cifar-100-python/test"));
    Splits splits = Datasets.open("cifar100", dir);
    assertThat(splits.train().size()).isEqualTo(3);
    assertThat(Labels.of(splits.train()).label(1)).isEqualTo(99);
    assertPixels(splits.train());
    assertThat(Labels.of(Datasets.open("cifar100-coarse", dir).test()).label(2)).isEqualTo(19);
  }

  @Test
  void readsWhatPython2Wrote(@TempDir Path dir) throws IOException {
    for (String file :
        List.of(
            "data_batch_1",
            "data_batch_2",
            "data_batch_3",
            "data_batch_4",
            "data_batch_5",
            "test_batch")) {
      copy("cifar10_python2.pkl", dir.resolve("cifar-10-batches-py").resolve(file));
    }
    Splits splits = Datasets.open("cifar10", dir);
    assertThat(splits.train().size()).isEqualTo(15);
    assertThat(Labels.of(splits.train()).label(14)).isEqualTo(9);
    assertPixels(splits.test());
  }

  @Test
  void readsTheAuthorsArchive(@TempDir Path dir) throws IOException {
    Path archive = dir.resolve("cifar-100-binary.tar.gz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
      put(tar, "cifar-100-binary/train.bin", records(new int[] {4, 0}));
      put(tar, "cifar-100-binary/test.bin", records(new int[] {4, 1}));
    }
    // The archive's own folder is the cache here.
    Path plain = Gunzip.tar(archive, dir.resolve("cache"), note -> {});
    FileTree tree = TarTree.of(plain, archive, n -> {});
    assertThat(Cifar.in(tree)).isEqualTo(RemoteSet.CIFAR100);
    Splits splits = Objects.requireNonNull(Cifar.open(RemoteSet.CIFAR100, tree));
    assertThat(Labels.of(splits.test()).label(0)).isEqualTo(1);
    assertPixels(splits.train());
    assertThat(Datasets.namesOf(dir)).containsExactly("cifar100", "cifar100-coarse");
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @Test
  void damagedFilesAreNamed(@TempDir Path dir) throws IOException {
    writeBinary100(dir);
    Files.write(dir.resolve("test.bin"), new byte[3073]);
    refused(
        dir, dir.resolve("test.bin") + ": has 3073 bytes, not a multiple of the record size 3074");
    Files.write(dir.resolve("test.bin"), records(new int[] {0, 100}));
    refused(dir, dir + ": cifar100 test: sample 0 has label 100, but there are 100 classes");
    Files.delete(dir.resolve("train.bin"));
    refused(
        dir,
        dir
            + ": has no files of cifar100: put cifar-100-binary.tar.gz there, or run: vit data"
            + " fetch cifar100");
    Path python = dir.resolve("cifar-100-python");
    copy("misc_p2.pkl", python.resolve("train"));
    copy("misc_p2.pkl", python.resolve("test"));
    refused(dir, python.resolve("train") + ": has no 'fine_labels' with integers");
  }

  private static void refused(Path dir, String message) {
    assertThatThrownBy(() -> Datasets.open("cifar100", dir))
        .isInstanceOf(FormatException.class)
        .hasMessage(message);
  }
}
