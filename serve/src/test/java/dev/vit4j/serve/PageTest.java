package dev.vit4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The files of the page fit its Content-Security-Policy: nothing inline, nothing from elsewhere.
 */
class PageTest {
  private static final int MOST_BYTES = 100_000;
  private static final Pattern ELSEWHERE = Pattern.compile("(?i)https?://|[\"'(]//[a-z]");
  private static final Pattern INLINE =
      Pattern.compile(
          "(?is)<script(?![^>]*\\ssrc=)[^>]*>|<style|\\sstyle\\s*=|\\son[a-z]+\\s*=|javascript:");
  private static final Pattern CODE_OF_TEXT =
      Pattern.compile("\\beval\\(|new Function\\(|innerHTML|insertAdjacentHTML|document\\.write");
  private static final Pattern NAMED =
      Pattern.compile("(?:src|href)=\"/page/([^\"]+)\"|from '\\./([^']+)'");

  @Test
  void filesAreSmall() throws Exception {
    long bytes = 0;
    for (String text : files().values()) {
      bytes += text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
    assertTrue(bytes > 10_000 && bytes <= MOST_BYTES, "the page has " + bytes + " bytes");
  }

  @Test
  void nothingIsElsewhereOrInline() throws Exception {
    files()
        .forEach(
            (name, text) -> {
              assertEquals(List.of(), found(ELSEWHERE, text), name);
              assertEquals(List.of(), found(CODE_OF_TEXT, text), name);
              if (name.endsWith(".html")) {
                assertEquals(List.of(), found(INLINE, text), name);
              }
            });
  }

  @Test
  void everyFileIsNamedAndThere() throws Exception {
    Map<String, String> files = files();
    List<String> named = new ArrayList<>(List.of("index.html"));
    for (String text : files.values()) {
      for (Matcher match = NAMED.matcher(text); match.find(); ) {
        named.add(match.group(1) != null ? match.group(1) : match.group(2));
      }
    }
    assertEquals(List.copyOf(files.keySet()), named.stream().distinct().sorted().toList());
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group()).toList();
  }

  /** The texts of all files of the page, by name. */
  private static Map<String, String> files() throws IOException, URISyntaxException {
    URL index = Objects.requireNonNull(PageTest.class.getResource("page/index.html"));
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> paths =
        Files.list(Objects.requireNonNull(Path.of(index.toURI()).getParent()))) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        texts.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return texts;
  }
}
