package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** No damaged picture harms a process of 512 MB: each gives pixels or a typed error. */
class MutatedPicturesTest {
  @Test
  void aSmallProcessSurvivesTenThousand() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-Dvit4j.decoder=" + System.getProperty("vit4j.decoder", "auto"),
                "-cp",
                System.getProperty("java.class.path"),
                MutatedPictures.class.getName(),
                Fixtures.path(".").toString(),
                "10000",
                "0")
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    assertThat(said).contains("10000 mutated pictures: "); // after what the JVM may remark
  }
}
