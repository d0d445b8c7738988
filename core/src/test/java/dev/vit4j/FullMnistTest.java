package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The full MNIST that the checks run on is the published one. */
@Tag("fulldata")
class FullMnistTest {
  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte.gz, f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz, d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz, 9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz, ec29112dd5afa0611ce80d1b7f02629c"
  })
  void filesAreThePublishedOnes(String name, String md5)
      throws IOException, NoSuchAlgorithmException {
    Path file = Path.of(System.getProperty("vit4j.shared", ""), "data", "mnist", name);
    byte[] digest = MessageDigest.getInstance("MD5").digest(Files.readAllBytes(file));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(md5);
  }
}
