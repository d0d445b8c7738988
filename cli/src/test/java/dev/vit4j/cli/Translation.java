package dev.vit4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * A page of the documentation and its twin in Chinese. The last line of the twin has the CRC-32 of
 * the page that was translated.
 *
 * @param root the folder of the project
 * @param page its file from there, such as docs/faq.md
 * @param twin the file of the translation, such as docs/zh/faq.md
 */
record Translation(Path root, String page, String twin) {
  private static final Pattern MARK =
      Pattern.compile("<!-- twin of (\\S+), CRC-32 ([0-9a-f]{8}) -->\\R?\\z");
  private static final Pattern FIGURE = Pattern.compile("\\d+(?:[.,]\\d+)*(?:e-?\\d+)?|[%±¹²³⁰-⁹]");
  private static final Set<String> GENERATED = Set.of("cli.md", "recipes.md");
  private static final String REWRITE =
      "mvn -q -pl cli -am test -Dtest=TranslationTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dvit4j.docs=write";

  /** The README and every page of docs that is not generated. */
  static List<Translation> all(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("docs"))) {
      Stream<Translation> pages =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".md") && !GENERATED.contains(name))
              .sorted()
              .map(name -> new Translation(root, "docs/" + name, "docs/zh/" + name));
      return Stream.concat(Stream.of(new Translation(root, "README.md", "README.zh.md")), pages)
          .toList();
    }
  }

  /** What the twin lacks, one line each; empty if it is in step with its page. */
  List<String> differences() throws IOException {
    if (!Files.exists(root.resolve(twin))) {
      return List.of(twin + " is missing: translate " + page);
    }
    DocsPage english = DocsPage.read(root.resolve(page));
    DocsPage chinese = DocsPage.read(root.resolve(twin));
    List<String> found = new ArrayList<>();
    links(english, chinese, found);
    compare("headings", english, chinese, Translation::levels, found);
    compare("lines of code blocks", english, chinese, Translation::blocks, found);
    compare("pictures", english, chinese, DocsPage::pictures, found);
    compare("figures of the table rows", english, chinese, Translation::rows, found);
    Matcher mark = MARK.matcher(Files.readString(root.resolve(twin)));
    if (!mark.find() || !mark.group(1).equals(page)) {
      found.add(twin + " must end with <!-- twin of " + page + ", CRC-32 xxxxxxxx -->");
    } else if (!mark.group(2).equals(checksum())) {
      found.add(
          "%s was translated from an older %s: bring it in step, then run: %s"
              .formatted(twin, page, REWRITE));
    }
    return found;
  }

  /** Writes the checksum of the page into the last line of its twin, if it has one. */
  void mark() throws IOException {
    Path file = root.resolve(twin);
    if (Files.exists(file)) {
      String text = MARK.matcher(Files.readString(file)).replaceFirst("").stripTrailing();
      String mark = "<!-- twin of %s, CRC-32 %s -->".formatted(page, checksum());
      Files.writeString(file, text + "\n\n" + mark + "\n");
    }
  }

  private String checksum() throws IOException {
    CRC32 crc = new CRC32();
    crc.update(Files.readString(root.resolve(page)).replace("\r\n", "\n").getBytes(UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /** Each page links to the other below its heading, and pages link to those of their language. */
  private void links(DocsPage english, DocsPage chinese, List<String> found) throws IOException {
    Path folder = Path.of("/" + page).getParent();
    Path twinFolder = Path.of("/" + twin).getParent();
    String toTwin = "[中文](" + slashes(folder.relativize(Path.of("/" + twin))) + ")";
    String toPage = "[English](" + slashes(twinFolder.relativize(Path.of("/" + page))) + ")";
    if (!english.lines().get(1).equals(toTwin)) {
      found.add(page + " must have this line below its heading: " + toTwin);
    }
    if (!chinese.lines().get(1).equals(toPage)) {
      found.add(twin + " must have this line below its heading: " + toPage);
    }
    Set<String> expected = targets(english);
    for (Translation other : all(root)) {
      if (expected.remove(other.page())) {
        expected.add(other.twin());
      }
    }
    Set<String> actual = targets(chinese);
    Set<String> missing = new TreeSet<>(expected);
    missing.removeAll(actual);
    actual.removeAll(expected);
    if (!missing.isEmpty() || !actual.isEmpty()) {
      found.add("%s lacks links to %s, and has others to %s".formatted(twin, missing, actual));
    }
  }

  /** What a page links to, without itself and its translation. */
  private Set<String> targets(DocsPage from) {
    Path top = root.toAbsolutePath().normalize();
    Set<String> targets = new TreeSet<>();
    for (DocsPage.Link link : from.links()) {
      String target = link.target();
      targets.add(link.toWeb() ? target : slashes(top.relativize(Path.of(target))));
    }
    targets.removeAll(List.of(page, twin));
    return targets;
  }

  private static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }

  private void compare(
      String what,
      DocsPage english,
      DocsPage chinese,
      Function<DocsPage, List<String>> part,
      List<String> found) {
    List<String> expected = part.apply(english);
    List<String> actual = part.apply(chinese);
    int same = 0;
    while (same < Math.min(expected.size(), actual.size())
        && expected.get(same).equals(actual.get(same))) {
      same++;
    }
    if (same < Math.max(expected.size(), actual.size())) {
      found.add(
          "%s: %s, number %d is %s, but %s has %s"
              .formatted(twin, what, same + 1, at(actual, same), page, at(expected, same)));
    }
  }

  private static String at(List<String> list, int index) {
    return index < list.size() ? "'" + list.get(index) + "'" : "missing";
  }

  private static List<String> levels(DocsPage page) {
    return page.headings().stream().map(heading -> heading.replaceFirst(" .*", "")).toList();
  }

  private static List<String> blocks(DocsPage page) {
    return page.blocks().stream()
        .flatMap(
            block -> Stream.concat(Stream.of("```" + block.language()), block.lines().stream()))
        .toList();
  }

  /** The figures of each row, cell by cell, in any order within the cell. */
  private static List<String> rows(DocsPage page) {
    return page.text().stream()
        .filter(line -> line.startsWith("|"))
        .map(line -> line.replaceAll("]\\([^)]*\\)", "]"))
        .map(line -> Stream.of(line.split("\\|", -1)).map(Translation::figures))
        .map(cells -> cells.collect(Collectors.joining("|")).strip())
        .toList();
  }

  private static String figures(String cell) {
    List<String> figures = FIGURE.matcher(cell).results().map(MatchResult::group).sorted().toList();
    return figures.isEmpty() ? " " : " " + String.join(" ", figures) + " ";
  }
}
