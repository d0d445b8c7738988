package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training frees all that it makes: native memory does not wait for the garbage collector. */
class MemoryTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"adam", "lamb", "rmsprop"})
  void everyStepFreesItsNativeObjects(String opt) throws IOException {
    try (StepLoop loop = StepLoop.start(opt)) {
      loop.run(20);
      long before = Pointer.totalCount();
      loop.run(100);
      assertThat(Pointer.totalCount()).as("native objects alive").isLessThanOrEqualTo(before);
    }
  }

  /** In a process of its own, whose heap is all there from the start. */
  @Test
  void theProcessDoesNotGrow() throws IOException, InterruptedException {
    Path out = dir.resolve("out");
    int exit =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                StepLoop.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    assertThat(exit).as(Files.readString(out)).isZero();
    List<String> lines = Files.readAllLines(out); // the JVM may print remarks of its own before
    String[] bytes = lines.get(lines.size() - 1).split(" ", 2);
    double before = Double.parseDouble(bytes[0]);
    assertThat(Double.parseDouble(bytes[1]) / before).as(Files.readString(out)).isLessThan(1.05);
  }
}
