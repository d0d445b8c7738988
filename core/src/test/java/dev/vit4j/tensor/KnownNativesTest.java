package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own, since a process loads its natives once. */
class KnownNativesTest {
  @TempDir Path dir;

  /** Prints what libtorch computes, and whether JavaCPP may look for libraries. */
  static final class Sum {
    private Sum() {}

    public static void main(String[] args) {
      try (Scope scope = Scope.open()) {
        float[] ones = {1, 1, 1};
        System.out.printf(
            "%s %.0f %s%n",
            Engine.version(),
            Tensor.of(ones, 3).sum().toFloats()[0],
            System.getProperty("org.bytedeco.javacpp.loadlibraries"));
      }
    }
  }

  private String run(Path known) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-D%s=%s".formatted(KnownNatives.FILE, known)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sum.class.getName()));
    File out = dir.resolve("out").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out).start();
    process.waitFor();
    return Files.readString(out.toPath()).strip();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aSecondStartLoadsWhatTheFirstFound() throws Exception {
    Path known = dir.resolve("natives");
    assertThat(run(known)).endsWith(" 3 null");
    List<String> lines = Files.readAllLines(known);
    assertThat(lines).anyMatch(line -> line.contains("torch_cpu"));
    assertThat(run(known)).endsWith(" 3 false");
    assertThat(Files.readAllLines(known)).isEqualTo(lines);
  }

  /** Whatever the file says, JavaCPP is there; and the file is written again. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFileThatDoesNotFitIsReplaced() throws Exception {
    Path known = dir.resolve("natives");
    run(known);
    List<String> right = Files.readAllLines(known);
    List<String> other = new ArrayList<>(right);
    other.set(0, "7" + other.get(0)); // another size
    for (List<String> wrong : List.of(other, List.of("x"), List.of("1 1 /nowhere.so"))) {
      Files.write(known, wrong);
      assertThat(run(known)).endsWith(" 3 null");
      assertThat(Files.readAllLines(known)).isEqualTo(right);
    }
  }
}
