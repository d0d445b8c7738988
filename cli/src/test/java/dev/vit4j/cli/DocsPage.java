package dev.vit4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern PICTURE = Pattern.compile("!\\[[^]]*]\\(([^)\\s]+)\\)");
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

  /** The README and all pages of docs, each in both languages. */
  static List<DocsPage> all() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "docs"))) {
      List<Path> pages =
          Stream.concat(
                  Stream.of(Path.of("..", "README.md"), Path.of("..", "README.zh.md")),
                  files.filter(file -> file.toString().endsWith(".md")))
              .sorted()
              .toList();
      return pages.stream().map(DocsPage::read).toList();
    }
  }

  /** The blocks of this language. */
  List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  /** All fenced blocks. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        int end = i + 1;
        while (!lines.get(end).startsWith(FENCE)) {
          end++;
        }
        String language = line.substring(FENCE.length());
        blocks.add(new Block(file, i + 2, language, before, lines.subList(i + 1, end)));
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

  /** The lines outside the fenced blocks. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    boolean outside = true;
    for (String line : lines) {
      if (line.startsWith(FENCE)) {
        outside = !outside;
      } else if (outside) {
        text.add(line);
      }
    }
    return text;
  }

  /** The headings, with the number signs of their level. */
  List<String> headings() {
    return text().stream().filter(line -> line.matches("#+ .*")).toList();
  }

  /**
   * A link.
   *
   * @param target a file or an address in the web
   * @param anchor of a heading of that file; empty if none
   */
  record Link(String target, String anchor) {
    boolean toWeb() {
      return target.contains("://") || target.startsWith("mailto:");
    }
  }

  /** All links; those to files are absolute, and one without a file leads to this page. */
  List<Link> links() {
    return lines.stream()
        .flatMap(line -> LINK.matcher(line).results())
        .map(link -> new Link(link.group(1), Objects.requireNonNullElse(link.group(2), "")))
        .map(link -> link.toWeb() ? link : new Link(resolve(link.target()), link.anchor()))
        .toList();
  }

  /** The files of the pictures, in their order. */
  List<String> pictures() {
    return text().stream()
        .flatMap(line -> PICTURE.matcher(line).results())
        .map(picture -> resolve(picture.group(1)))
        .toList();
  }

  private String resolve(String link) {
    Path page = file.toAbsolutePath().normalize();
    return (link.isEmpty() ? page : page.resolveSibling(link)).normalize().toString();
  }

  /** The anchors that GitHub gives to the headings. */
  Set<String> anchors() {
    Map<String, Integer> times = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    for (String heading : headings()) {
      String anchor =
          heading
              .replaceFirst("^#+ ", "")
              .replaceAll("]\\([^)]*\\)", "")
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{M}\\p{N}_ -]", "")
              .replace(' ', '-');
      int before = times.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
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
