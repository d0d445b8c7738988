package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void fileErrorsOfJavaBecomeWords() {
    assertThat(Failures.words(new NoSuchFileException("a.png")))
        .isEqualTo("a.png: no such file or folder");
    assertThat(Failures.words(new AccessDeniedException("a.png")))
        .isEqualTo("a.png: permission denied");
    assertThat(Failures.words(new FileSystemException("a.png", null, "No space left on device")))
        .isEqualTo("a.png: No space left on device");
    assertThat(Failures.words(new UncheckedIOException(new IOException("told")))).isEqualTo("told");
    assertThat(Failures.words(new InvalidPathException("a\0", "Nul character not allowed")))
        .contains("is not a valid path: Nul character not allowed");
  }

  @Test
  void libtorchErrorsLoseTheirCppStack() {
    assertThat(
            Failures.words(
                new RuntimeException(
                    "mat1 and mat2 shapes cannot be multiplied\nException raised from")))
        .isEqualTo("mat1 and mat2 shapes cannot be multiplied");
  }

  @Test
  void outOfMemorySaysWhatToDo() {
    assertThat(Failures.words(new OutOfMemoryError("Java heap space")))
        .contains("Java heap space", "smaller batch", "VIT_JAVA_OPTS");
  }

  @Test
  void bugsAreCalledInternal() {
    assertThat(Failures.words(new ArrayIndexOutOfBoundsException("3")))
        .startsWith("internal error")
        .contains("--debug");
  }

  @Test
  void exitCodesTellUsageFromFailure() {
    assertThat(Failures.report(Main.commandLine(), false, new IllegalArgumentException("x")))
        .isEqualTo(2);
    assertThat(Failures.report(Main.commandLine(), false, new IOException("x"))).isEqualTo(1);
  }
}
