package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformsTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64",
    "Linux, x86_64",
    "Mac OS X, aarch64",
    "Mac OS X, x86_64",
    "Windows 11, amd64",
    "Windows Server 2022, amd64"
  })
  void supported(String os, String arch) {
    assertThat(Platforms.refusal(os, arch)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, aarch64",
    "Linux, ppc64le",
    "Linux, i386",
    "Windows 11, aarch64",
    "FreeBSD, amd64",
    "SunOS, sparcv9"
  })
  void refused(String os, String arch) {
    assertThat(Platforms.refusal(os, arch))
        .isEqualTo(
            "libtorch has no Java binding for %s on %s: use Linux, macOS or Windows on x86-64, or macOS on ARM64"
                .formatted(os, arch));
  }

  /** In a process that believes to run on ARM64. */
  @Test
  void theFirstTensorSaysItBeforeAnyLinker(@TempDir Path dir)
      throws IOException, InterruptedException {
    Path out = dir.resolve("out");
    new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dos.name=Linux",
            "-Dos.arch=aarch64",
            "-cp",
            System.getProperty("java.class.path"),
            OneTensor.class.getName())
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start()
        .waitFor();
    assertThat(Files.readString(out))
        .contains("libtorch has no Java binding for Linux on aarch64: use Linux, macOS")
        .doesNotContain("UnsatisfiedLinkError");
  }

  /** Makes a tensor. */
  static final class OneTensor {
    private OneTensor() {}

    public static void main(String[] args) {
      System.out.println(Tensor.of(new float[1], 1));
    }
  }
}
