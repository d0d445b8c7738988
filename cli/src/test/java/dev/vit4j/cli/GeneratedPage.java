package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of docs/ that a test generates from the program. */
final class GeneratedPage {
  private GeneratedPage() {}

  /** Compares a page with its file; {@code -Dvit4j.docs=write} writes the file first. */
  static void requireSame(String name, String text, Class<?> test) throws IOException {
    Path file = Path.of("..", "docs", name);
    String page = text.replace("\r\n", "\n");
    if ("write".equals(System.getProperty("vit4j.docs"))) {
      Files.writeString(file, page);
    }
    assertThat(Files.readString(file).replace("\r\n", "\n"))
        .as(
            "docs/%s lags behind; write it anew: mvn -q -pl cli -am test -Dtest=%s"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dvit4j.docs=write",
            name, test.getSimpleName())
        .isEqualTo(page);
  }
}
