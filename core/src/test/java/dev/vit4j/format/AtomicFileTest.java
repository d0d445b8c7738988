package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path dir;

  @Test
  void createsAndReplaces() throws IOException {
    Path file = dir.resolve("a.txt");
    AtomicFile.writeString(file, "one");
    AtomicFile.writeString(file, "zwei €");
    assertThat(file).hasContent("zwei €");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void failureKeepsThePreviousContentAndLeavesNothing() throws IOException {
    Path file = dir.resolve("a.txt");
    AtomicFile.writeString(file, "good");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": cannot be written: No space left on device");
    assertThat(file).hasContent("good");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void aRuntimeFailureLeavesNothingEither() throws IOException {
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    dir.resolve("a"),
                    out -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void saysWhatIsInTheWay() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("folder"));
    assertThatThrownBy(() -> AtomicFile.writeString(folder, ""))
        .hasMessage(folder + ": cannot be written: a folder with this name exists");
    Path missing = dir.resolve("missing").resolve("a.txt");
    assertThatThrownBy(() -> AtomicFile.writeString(missing, ""))
        .hasMessage(missing + ": cannot be written: no such folder: " + dir.resolve("missing"));
    Path under = dir.resolve("file");
    AtomicFile.writeString(under, "");
    assertThatThrownBy(() -> AtomicFile.writeString(under.resolve("a"), ""))
        .hasMessageContaining("no such folder: " + under);
  }

  @Test
  void aSymbolicLinkStaysALink() throws IOException {
    Path real = dir.resolve("real.txt");
    AtomicFile.writeString(real, "old");
    Path link = Files.createSymbolicLink(dir.resolve("link.txt"), real);
    AtomicFile.writeString(link, "new");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(real).hasContent("new");
  }

  @Test
  void anInterruptDoesNotSpoilTheWrite() throws IOException {
    Path file = dir.resolve("a.txt");
    Thread.currentThread().interrupt();
    try {
      AtomicFile.write(file, out -> out.write(new byte[200_000]));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file).hasSize(200_000);
  }

  @Test
  void sweepsWhatADeadProcessLeft() throws IOException {
    long dead = deadPid();
    Files.writeString(dir.resolve(".a.txt." + dead + "-3.tmp"), "half");
    Path others = Files.writeString(dir.resolve(".b.txt." + dead + "-3.tmp"), "half");
    Path alive =
        Files.writeString(dir.resolve(".a.txt." + ProcessHandle.current().pid() + "-0.tmp"), "");
    AtomicFile.writeString(dir.resolve("a.txt"), "whole");
    assertThat(names())
        .containsExactlyInAnyOrder(
            "a.txt", others.getFileName().toString(), alive.getFileName().toString());
  }

  private static long deadPid() {
    long pid = 4_000_000; // above Linux's default and largest usual pid_max
    while (ProcessHandle.of(pid).isPresent()) {
      pid++;
    }
    return pid;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
