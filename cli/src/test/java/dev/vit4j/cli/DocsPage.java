package dev.vit4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation: its fenced blocks and its links.
 *
 * @param lines the lines of the file
 */
record DocsPage(Path file, List<String> lines) {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");
  private static final String FENCE = "```";

  /**
   * A fenced block.
   *
   * @param line number of its first line, counted from 1
   * @param before the last line with text before the block
   */
  record Block(Path file, int line, String language, String before, List<String> lines) {
    @Override
    public String toString() {
      return file.getFileName() + ":" + line;
    }
  }

  static DocsPage read(Path file) {
    try {
      return new DocsPage(file, Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The README and all pages of docs. */
  static List<DocsPage> all() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "docs"))) {
      List<Path> pages =
          Stream.concat(
                  Stream.of(Path.of("..", "README.md")),
                  files.filter(file -> file.toString().endsWith(".md")))
              .sorted()
              .toList();
      return pages.stream().map(DocsPage::read).toList();
    }
  }

  /** The blocks of this language. */
  List<Block> blocks(String language) {
    List<Block> blocks = new ArrayList<>();
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        int end = i + 1;
        while (!lines.get(end).startsWith(FENCE)) {
          end++;
        }
        if (line.substring(FENCE.length()).equals(language)) {
          blocks.add(new Block(file, i + 2, language, before, lines.subList(i + 1, end)));
        }
        i = end;
      } else if (!line.isBlank()) {
        before = line;
      }
    }
    return blocks;
  }

  /** The arguments of every {@code ./vit} command of a block; comments are left out. */
  static List<List<String>> commands(Block block) {
    String text = String.join("\n", block.lines()).replace("\\\n", " ");
    return text.lines()
        .map(String::strip)
        .filter(line -> line.equals("./vit") || line.startsWith("./vit "))
        .map(DocsPage::words)
        .map(words -> words.subList(1, words.size()))
        .toList();
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      String plain = matcher.group(3);
      if (plain != null && (plain.startsWith("#") || plain.equals(">") || plain.equals("|"))) {
        break;
      }
      String quoted = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      words.add(plain == null ? quoted : plain);
    }
    return words;
  }

  /** The files to which this page links. */
  List<Path> links() {
    Path folder = file.toAbsolutePath().getParent();
    return lines.stream()
        .flatMap(line -> LINK.matcher(line).results())
        .map(link -> link.group(1))
        .filter(link -> !link.contains("://") && !link.startsWith("mailto:"))
        .map(link -> folder.resolve(link).normalize())
        .toList();
  }

  /** The file of the last link in the line before a block, which quotes it; empty if none. */
  static List<Path> quoted(Block block) {
    Path folder = block.file().toAbsolutePath().getParent();
    return LINK
        .matcher(block.before())
        .results()
        .map(link -> link.group(1))
        .filter(link -> link.endsWith(".java"))
        .map(link -> folder.resolve(link).normalize())
        .reduce((first, last) -> last)
        .stream()
        .toList();
  }
}
