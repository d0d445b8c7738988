package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Verify;
import dev.vit4j.format.FormatException;
import dev.vit4j.tensor.UserCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {
  /** Four tiny files: 3 training and 2 test pictures of 2 x 2. */
  private static void writeTiny(Path dir, boolean gzip) throws IOException {
    Files.createDirectories(dir);
    write(dir, "train-images-idx3-ubyte", gzip, new byte[12], 3, 2, 2);
    write(dir, "train-labels-idx1-ubyte", gzip, new byte[] {0, 5, 9}, 3);
    write(dir, "t10k-images-idx3-ubyte", gzip, new byte[8], 2, 2, 2);
    write(dir, "t10k-labels-idx1-ubyte", gzip, new byte[] {1, 2}, 2);
  }

  private static void write(Path dir, String name, boolean gzip, byte[] elements, int... dims)
      throws IOException {
    byte[] bytes = MnistSampleMaker.idx(elements, dims);
    if (gzip) {
      Files.write(dir.resolve(name + ".gz"), bytes);
    } else {
      try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(bytes))) {
        Files.write(dir.resolve(name), in.readAllBytes());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'',true", "'',false", "MNIST/raw,true", "raw,false"})
  void findsTheFourFiles(String below, boolean gzip, @TempDir Path dir) throws IOException {
    writeTiny(dir.resolve(below), gzip);
    Splits splits = Datasets.open("mnist", dir);
    assertThat(splits.train().size()).isEqualTo(3);
    assertThat(Labels.of(splits.train()).label(2)).isEqualTo(9);
    assertThat(splits.test().size()).isEqualTo(2);
    assertThat(splits.test().name()).isEqualTo("mnist test");
    assertThat(splits.train().root()).isEqualTo(dir.resolve(below).toString());
    assertThat(splits.train().classes()).hasSize(10).contains("7");
  }

  @Test
  void fashionMnistHasItsOwnClassesAndFolder(@TempDir Path dir) throws IOException {
    writeTiny(dir.resolve("FashionMNIST/raw"), true);
    Splits splits = Datasets.open("fashion-mnist", dir);
    assertThat(splits.train().classes()).startsWith("T-shirt/top").endsWith("Ankle boot");
  }

  @Test
  void aMissingSetIsOneLineThatSaysWhatToDo(@TempDir Path dir) throws IOException {
    String todo =
        "put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz"
            + " and t10k-labels-idx1-ubyte.gz there, or run: vit data fetch mnist";
    assertRefused(dir, "has no files of mnist: " + todo);
    assertRefused(dir.resolve("none"), "does not exist: " + todo);
    writeTiny(dir, true);
    Files.delete(dir.resolve("t10k-labels-idx1-ubyte.gz"));
    assertRefused(dir, "has no t10k-labels-idx1-ubyte.gz: " + todo);
    Path file = Files.createFile(dir.resolve("file"));
    assertRefused(file, "is a file, not a folder");
  }

  private static void assertRefused(Path dir, String reason) {
    assertThatThrownBy(() -> Datasets.open("mnist", dir))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            dir + ": " + reason + (reason.startsWith("is a") ? " with the files of mnist" : ""))
        .hasMessageMatching(".*");
  }

  @Test
  void damagedFilesAreNamed(@TempDir Path dir) throws IOException {
    writeTiny(dir, true);
    write(dir, "train-labels-idx1-ubyte", true, new byte[] {0, 5}, 2);
    assertThatThrownBy(() -> Datasets.open("mnist", dir))
        .hasMessageContaining("3 images but 2 labels");
    Files.write(dir.resolve("train-images-idx3-ubyte.gz"), new byte[] {1, 2, 3, 4, 5});
    assertThatThrownBy(() -> Datasets.open("mnist", dir))
        .hasMessageContaining("train-images-idx3-ubyte.gz")
        .hasMessageContaining("not an IDX file");
    Files.delete(dir.resolve("train-images-idx3-ubyte.gz"));
    Files.createDirectory(dir.resolve("train-images-idx3-ubyte.gz"));
    assertThatThrownBy(() -> Datasets.open("mnist", dir)).hasMessageContaining("is a folder");
  }

  @Test
  void unknownNamesAreAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Datasets.open("minst", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown data set 'minst': use one of mnist-sample, mnist, fashion-mnist, cifar10,"
                + " cifar100, cifar100-coarse, camvid, voc2007, voc2012,"
                + " pascal-context, pascal-context-59, nyu-depth-v2, folder, list, captions,"
                + " segmentation-folder");
    assertThatThrownBy(() -> Datasets.open("mnist-sample", Path.of("x")))
        .hasMessageContaining("built in");
  }

  @Test
  void theCacheFolderFollowsTheEnvironment() {
    assertThat(Datasets.folder("mnist", UserCache.folder("/big")))
        .isEqualTo(Path.of("/big/datasets/mnist"));
    assertThat(Datasets.folder("mnist", UserCache.folder(null)).toString())
        .endsWith(Path.of(".cache/vit4j/datasets/mnist").toString());
  }

  @Test
  void theSampleIsMnistsFirst700OfEachDigit() throws Exception {
    Splits sample = Datasets.open("mnist-sample", null);
    Datasets.Info info = Datasets.list().get(0);
    assertThat(sample.train().size()).isEqualTo(6000).isEqualTo(info.train());
    assertThat(sample.test().size()).isEqualTo(1000).isEqualTo(info.test());
    // MNIST begins 5 0 4 1 9 2 1 3 1 4, and its test set 7 2 1 0 4 1 4 9 5 9.
    assertThat(labels(sample.train())).isEqualTo("5041921314");
    assertThat(labels(sample.test())).isEqualTo("7210414959");
    assertThat(sha256("train-images-idx3-ubyte.gz"))
        .isEqualTo("5e70119ad8ca01350c1b2fd3f58eb4c0617afdc0fa8945a3d63e6a33daeba69d");
    assertThat(sha256("t10k-images-idx3-ubyte.gz"))
        .isEqualTo("b97c8bfeb834d8e7999eaa2d69239abe06653dc09c1e5d7eb0c974c5965bc6a9");
    assertThat(Verify.of(sample.train()).good()).isTrue();
  }

  private static String labels(Dataset data) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      out.append(Labels.of(data).label(i));
    }
    return out.toString();
  }

  private static String sha256(String file) throws Exception {
    try (InputStream in = Datasets.class.getResourceAsStream("mnist-sample/" + file);
        GZIPInputStream content = new GZIPInputStream(in)) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
      return HexFormat.of().formatHex(digest);
    }
  }
}
