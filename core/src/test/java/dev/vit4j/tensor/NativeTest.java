package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads whose class path has no natives, in processes of their own. */
class NativeTest {
  @TempDir Path dir;

  /** Prints the failure of the first operation, then that of another. */
  static final class Start {
    private Start() {}

    public static void main(String[] args) {
      for (Runnable use : List.<Runnable>of(Engine::version, () -> Tensor.of(new float[] {1}, 1))) {
        try (Scope scope = Scope.open()) {
          use.run();
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void anApplicationWithoutNativesReadsWhichDependencyToAdd() throws Exception {
    String line =
        "libtorch's native libraries for %s are not on the class path: add the dependency dev.vit4j:vit4j-natives-%1$s"
            .formatted(Loader.getPlatform());
    assertThat(run(Loader.getPlatform() + ".jar")).containsExactly(line, line);
  }

  @Test
  void oneMissingArtifactIsNamedAsAllOfThem() throws Exception {
    assertThat(run("openblas-.*-" + Loader.getPlatform() + ".jar"))
        .hasSize(2)
        .allMatch(line -> line.endsWith("vit4j-natives-" + Loader.getPlatform()));
  }

  /** Natives that are there but do not load: JavaCPP may not extract them. */
  @Test
  void nativesThatDoNotLoadAreNotCalledMissing() throws Exception {
    assertThat(run("nothing", "-Dorg.bytedeco.javacpp.loadlibraries=false"))
        .hasSize(2)
        .allMatch(line -> line.contains("cannot be loaded: "));
  }

  /** Runs {@link Start} without the jars whose names end with a pattern. */
  private List<String> run(String without, String... flags)
      throws IOException, InterruptedException {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> !jar.matches(".*" + without))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", path, Start.class.getName()));
    File out = dir.resolve("out").toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // newer JDKs warn at System.load
            .redirectOutput(out)
            .start();
    process.waitFor();
    return Files.readAllLines(out.toPath());
  }
}
