package dev.vit4j.text;

import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The names of classes, as written and as cleaned by {@link Rules}. The position of a name is the
 * id of its class.
 *
 * @param originals as written
 * @param names for prompts and tables
 */
public record ClassNames(List<String> originals, List<String> names) {
  /** The prefixes of the sources of a mixed data set, as in its classes file. */
  public static final List<String> PREFIXES =
      List.of("Animal", "Thu-dog", "Caltech-101", "Food-101");

  private static final int SHOWN = 8;
  private static final Pattern INDEX = Pattern.compile("\\d{1,9}");
  private static final Pattern FIRST = Pattern.compile("[ \t]+");

  /** Has as many names as originals. */
  public ClassNames {
    originals = List.copyOf(originals);
    names = List.copyOf(names);
  }

  /**
   * How names are cleaned.
   *
   * @param prefixes removed at the beginning of a name with the {@code _} that follows; only one is
   *     removed, and only if something is left
   * @param blanks whether underscores become blanks
   */
  public record Rules(List<String> prefixes, boolean blanks) {
    /** Changes nothing. */
    public static final Rules NONE = new Rules(List.of(), false);

    /** For prompts: {@link #PREFIXES} are removed, and underscores become blanks. */
    public static final Rules PROMPTS = new Rules(PREFIXES, true);

    /** Cleans one name. */
    public String clean(String name) {
      String rest =
          prefixes.stream()
              .map(p -> p.endsWith("_") ? p : p + "_")
              .filter(p -> name.startsWith(p) && name.length() > p.length())
              .findFirst()
              .map(p -> name.substring(p.length()))
              .orElse(name);
      return blanks ? rest.replace('_', ' ').strip() : rest;
    }
  }

  /** Cleans names that are given in the order of their classes. */
  public static ClassNames of(List<String> originals, Rules rules) {
    return new ClassNames(originals, originals.stream().map(rules::clean).toList());
  }

  /**
   * Parses names that are separated by commas, such as {@code cat,dog}.
   *
   * @throws IllegalArgumentException if a name is empty or given twice
   */
  public static ClassNames ofLabels(String labels) {
    List<String> names = new ArrayList<>();
    for (String label : labels.split(",", -1)) {
      String name = label.strip();
      if (name.isEmpty()) {
        throw new IllegalArgumentException(
            "label %d of '%s' is empty".formatted(names.size() + 1, Tokenizer.shortened(labels)));
      }
      if (names.contains(name)) {
        throw new IllegalArgumentException("the label '%s' is given twice".formatted(name));
      }
      names.add(name);
    }
    return of(names, Rules.NONE);
  }

  /**
   * Reads a classes file: a name per line in the order of the class ids, or lines {@code name
   * index}, or lines {@code index name} with indices from 0 or 1 that count all lines. Names may
   * contain blanks and be in double quotes. The last field is taken for an index if in more than
   * half of the lines it is a number up to the number of lines; then it must be right in each line.
   *
   * @throws FormatException if lines are duplicated, out of order, missing or not UTF-8; it names
   *     them
   */
  public static ClassNames read(Path file, Rules rules) throws IOException {
    List<TextFile.Line> lines = new ArrayList<>();
    try (TextFile all = TextFile.open(file)) {
      for (TextFile.Line line = all.read(); line != null; line = all.read()) {
        if (!line.text().isBlank()) {
          lines.add(new TextFile.Line(line.number(), line.text().strip()));
        }
      }
    }
    List<String> problems = new ArrayList<>();
    List<String> names = names(lines, problems);
    if (names.isEmpty()) {
      problems.add("the file is empty");
    }
    if (!problems.isEmpty()) {
      throw new FormatException(
          file.toString(), -1, "is not a valid list of classes: " + FirstFew.of(problems));
    }
    return of(names, rules);
  }

  private static List<String> names(List<TextFile.Line> lines, List<String> problems) {
    long numbered = lines.stream().filter(l -> index(l.text()) <= lines.size()).count();
    boolean indexed = 2 * numbered > lines.size();
    boolean numberFirst = !indexed && (countsFrom(0, lines) || countsFrom(1, lines));
    List<String> names = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (TextFile.Line line : lines) {
      String text = line.text();
      int blank = indexed ? lastBlank(text) : -1;
      String name =
          unquoted(
              numberFirst
                  ? text.substring(FIRST.split(text, 2)[0].length()).strip()
                  : blank < 0 ? text : text.substring(0, blank).strip());
      if (indexed && index(text) != names.size()) {
        String found = blank < 0 ? "no index" : "index " + text.substring(blank + 1);
        problems.add("line %d: %s, not %d".formatted(line.number(), found, names.size()));
      }
      Integer before = seen.put(name, line.number());
      if (before != null) {
        problems.add("line %d: %s is also line %d".formatted(line.number(), name, before));
      }
      names.add(name);
    }
    return names;
  }

  /** Returns whether every line starts with the next number. */
  private static boolean countsFrom(int first, List<TextFile.Line> lines) {
    return lines.size() > 1
        && IntStream.range(0, lines.size())
            .allMatch(
                i -> {
                  String[] fields = FIRST.split(lines.get(i).text(), 2);
                  return fields.length == 2 && fields[0].equals(Integer.toString(first + i));
                });
  }

  private static String unquoted(String name) {
    boolean quoted = name.length() > 2 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  /** Returns the number at the end of a line with several fields, else a large number. */
  private static int index(String line) {
    int blank = lastBlank(line);
    String last = line.substring(blank + 1);
    return blank > 0 && INDEX.matcher(last).matches() ? Integer.parseInt(last) : Integer.MAX_VALUE;
  }

  private static int lastBlank(String line) {
    return Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
  }

  /** Returns a line with names that were changed by cleaning, if there are any. */
  public Optional<String> changes() {
    List<String> changed =
        IntStream.range(0, names.size())
            .filter(i -> !names.get(i).equals(originals.get(i)))
            .mapToObj(i -> originals.get(i) + " → " + names.get(i))
            .toList();
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    String some = String.join(", ", changed.subList(0, Math.min(SHOWN, changed.size())));
    return Optional.of(
        "%d of %d class names cleaned up: %s%s"
            .formatted(changed.size(), names.size(), some, changed.size() > SHOWN ? ", …" : ""));
  }

  /** Returns a line with names that several classes have after cleaning, if there are any. */
  public Optional<String> duplicates() {
    Map<String, List<String>> classes = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      classes.computeIfAbsent(names.get(i), n -> new ArrayList<>()).add(originals.get(i));
    }
    List<String> same =
        classes.entrySet().stream()
            .filter(e -> e.getValue().size() > 1)
            .map(e -> "%s (%s)".formatted(e.getKey(), String.join(", ", e.getValue())))
            .toList();
    return same.isEmpty()
        ? Optional.empty()
        : Optional.of("several classes have the same name: " + FirstFew.of(same));
  }
}
