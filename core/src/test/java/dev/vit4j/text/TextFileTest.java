package dev.vit4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts are read one by one, and bad lines are named. */
class TextFileTest {
  @TempDir Path dir;

  private static List<String> all(Path file) throws IOException {
    List<String> all = new ArrayList<>();
    try (TextFile texts = TextFile.open(file)) {
      for (TextFile.Line line = texts.read(); line != null; line = texts.read()) {
        all.add(line.number() + ":" + line.text());
      }
    }
    return all;
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content);
  }

  @Test
  void plainTextHasATextPerLine() throws IOException {
    assertThat(all(file("a.txt", "\uFEFFa cat\r\n\n\u00e9\u2028x")))
        .containsExactly("1:a cat", "2:", "3:\u00e9\u2028x");
    assertThat(all(file("a.txt", ""))).isEmpty();
    assertThat(all(file("a.txt", "\n"))).containsExactly("1:");
  }

  @Test
  void jsonLinesHaveObjectsOrStrings() throws IOException {
    assertThat(
            all(file("a.jsonl", "{\"id\": 7, \"text\": \"a\\ncat\"}\n\n\"dog\"\n{\"text\": \"\"}")))
        .containsExactly("1:a\ncat", "3:dog", "4:");
  }

  @Test
  void badLinesAreNamed() throws IOException {
    refused(file("a.jsonl", "\"a\"\n{\"text\": 1}\n"), "line 2 has no \"text\"");
    refused(file("a.jsonl", "{\"text\": \"a\"\n"), "line 1 is not valid JSON: ");
    refused(file("a.txt", "a\n" + "b".repeat(10 << 20)), "line 2 has 10,485,760 characters");
    refused(file("a.txt", "b".repeat(17 << 20)), "line 1 is longer than 16,777,216 bytes");
    Path latin = dir.resolve("latin.txt");
    Files.write(latin, "a\n\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    refused(latin, "line 2 is not UTF-8 text");
    refused(dir.resolve("none.txt"), "cannot be read: no such file or folder");
  }

  private static void refused(Path file, String reason) {
    assertThatThrownBy(() -> all(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": " + reason);
  }
}
