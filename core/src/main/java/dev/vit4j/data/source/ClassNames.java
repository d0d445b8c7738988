package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Reads class names from a text file with lines {@code Name index}, ordered by index. */
final class ClassNames {
  private static final int SHOWN = 8;

  private ClassNames() {}

  /**
   * Reads a file. The first field of a line is the name; the index is optional.
   *
   * @param prefixes prefixes to remove from names, with the {@code _} that follows
   * @param notes receives the changed names
   * @throws FormatException if lines are duplicated, out of order or missing
   */
  static List<String> read(Path file, List<String> prefixes, Consumer<String> notes)
      throws IOException {
    List<String> problems = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    int number = 0;
    for (String line : ListFile.lines(file)) {
      number++;
      String[] fields = line.strip().split("\\s+", -1);
      if (line.isBlank()) {
        continue;
      }
      int expected = names.size();
      String index = fields[fields.length - 1];
      if (fields.length > 1 && !index.equals(Integer.toString(expected))) {
        problems.add("line %d: index %s, not %d".formatted(number, index, expected));
      }
      Integer before = lines.put(fields[0], number);
      if (before != null) {
        problems.add("line %d: %s is also line %d".formatted(number, fields[0], before));
      }
      names.add(fields[0]);
    }
    if (names.isEmpty()) {
      problems.add("the file is empty");
    }
    ListFile.refuse(file, "is not a valid list of classes", problems);
    List<String> cleaned = names.stream().map(n -> cleaned(n, prefixes)).toList();
    tell(names, cleaned, notes);
    return cleaned;
  }

  private static String cleaned(String name, List<String> prefixes) {
    for (String prefix : prefixes) {
      String whole = prefix.endsWith("_") ? prefix : prefix + "_";
      if (name.startsWith(whole) && name.length() > whole.length()) {
        return name.substring(whole.length());
      }
    }
    return name;
  }

  private static void tell(List<String> names, List<String> cleaned, Consumer<String> notes) {
    int[] changed =
        IntStream.range(0, names.size())
            .filter(i -> !names.get(i).equals(cleaned.get(i)))
            .toArray();
    if (changed.length == 0) {
      return;
    }
    List<String> some =
        IntStream.of(changed)
            .limit(SHOWN)
            .mapToObj(i -> names.get(i) + " → " + cleaned.get(i))
            .toList();
    notes.accept(
        "%d of %d class names cleaned up: %s%s"
            .formatted(
                changed.length,
                names.size(),
                String.join(", ", some),
                changed.length > SHOWN ? ", …" : ""));
    if (cleaned.stream().distinct().count() < cleaned.size()) {
      notes.accept("Several classes have the same name after cleaning");
    }
  }
}
