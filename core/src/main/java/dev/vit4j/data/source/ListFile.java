package dev.vit4j.data.source;

import dev.vit4j.data.Labels;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import dev.vit4j.text.ClassNames;
import dev.vit4j.text.TextFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists of images, one per line: {@code path label}. The label is the last field, so that
 * paths can contain spaces; it is a class index from 0.
 */
public final class ListFile {

  private ListFile() {}

  /** Returns whether a path is a text file by its name, which can be a list. */
  static boolean isOne(@Nullable Path path) {
    return path != null
        && Files.isRegularFile(path)
        && path.toString().toLowerCase(Locale.ROOT).matches(".*\\.(txt|lst|list)");
  }

  private record Listed(List<String> paths, int[] labels) {}

  /**
   * Reads the lists.
   *
   * @param dir base of relative paths of and in lists; null for the current folder
   * @param testSplit share of the training list that is held out if there is no test list
   * @param seed seed of this split
   * @param notes receives changed class names
   * @throws FormatException if there are invalid lines, missing files, or labels without a class
   */
  static Splits open(
      @Nullable Path dir, DataLists lists, double testSplit, long seed, Consumer<String> notes)
      throws IOException {
    if (lists.train() == null) {
      throw new IllegalArgumentException(
          "data 'list' needs train_list, a text file with lines 'path label', or a"
              + " folder with logs/classes.txt, logs/train.txt and logs/test_a.txt");
    }
    Listed train = read(resolve(dir, lists.train()));
    Listed test = lists.test() == null ? null : read(resolve(dir, lists.test()));
    Listed val = lists.val() == null ? null : read(resolve(dir, lists.val()));
    List<String> classes =
        lists.classes() == null
            ? numbered(train, test, val)
            : classes(resolve(dir, lists.classes()), lists.prefixes(), notes);
    PictureSet learned = set("train", train, dir, lists.trainDir(), lists.train(), classes);
    PictureSet validated =
        val == null ? null : set("val", val, dir, lists.valDir(), lists.val(), classes);
    return test == null
        ? Splits.heldOut(learned, validated, testSplit, seed, "no test_list")
        : new Splits(
            learned, validated, set("test", test, dir, lists.testDir(), lists.test(), classes));
  }

  private static List<String> classes(Path file, List<String> prefixes, Consumer<String> notes)
      throws IOException {
    ClassNames classes = ClassNames.read(file, new ClassNames.Rules(prefixes, false));
    classes.changes().ifPresent(notes);
    classes.duplicates().ifPresent(notes);
    return classes.names();
  }

  private static Path resolve(@Nullable Path dir, String name) {
    return dir == null ? Path.of(name) : dir.resolve(name);
  }

  private static List<String> numbered(Listed train, @Nullable Listed test, @Nullable Listed val) {
    int largest =
        Stream.of(train, test == null ? train : test, val == null ? train : val)
            .flatMapToInt(l -> IntStream.of(l.labels()))
            .max()
            .orElse(0);
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  private static PictureSet set(
      String split,
      Listed listed,
      @Nullable Path dir,
      @Nullable String splitDir,
      String list,
      List<String> classes)
      throws FormatException {
    Path folder = splitDir == null ? resolve(dir, "") : resolve(dir, splitDir);
    Path file = resolve(dir, list);
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < listed.labels().length; i++) {
      if (listed.labels()[i] >= classes.size()) {
        problems.add(
            "%s has label %d, but there are %d classes"
                .formatted(listed.paths().get(i), listed.labels()[i], classes.size()));
      }
    }
    refuse(file, "has labels without a class", problems);
    refuse(file, "has files with different labels", contradictions(listed));
    List<String> paths = listed.paths().stream().map(p -> separated(folder, p)).toList();
    paths.stream()
        .filter(p -> !exists(folder, p))
        .forEach(p -> problems.add(folder + File.separator + p));
    refuse(
        file,
        problems.size() == 1
            ? "lists a file that does not exist"
            : "lists %d files that do not exist".formatted(problems.size()),
        problems);
    String name = "list " + (splitDir == null ? split : folder.getFileName());
    return new PictureSet(
        name, FolderTree.unlisted(folder), paths, new Labels(listed.labels(), classes));
  }

  /** Returns a path with {@code /}, if it has the backslashes of Windows and exists so. */
  private static String separated(Path folder, String path) {
    String slashes = path.replace('\\', '/');
    return !exists(folder, path) && exists(folder, slashes) ? slashes : path;
  }

  private static boolean exists(Path folder, String path) {
    return Files.isRegularFile(NativeNames.resolve(folder, path));
  }

  private static Listed read(Path file) throws IOException {
    List<String> paths = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (String raw : lines(file)) {
      number++;
      String line = raw.strip();
      if (line.isEmpty()) {
        continue;
      }
      int blank = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
      String label = line.substring(blank + 1);
      if (blank < 0 || !label.matches("\\d{1,9}")) {
        problems.add(
            "line %d: '%s' %s"
                .formatted(
                    number,
                    line,
                    line.matches(".*[,;]\\d{1,9}")
                        ? "has a comma before the label: use a blank or a tab"
                        : blank < 0 ? "is one field" : "does not end with a label"));
        continue;
      }
      paths.add(unquoted(line.substring(0, blank).strip()));
      labels.add(Integer.parseInt(label));
    }
    if (paths.isEmpty() && problems.isEmpty()) {
      throw new FormatException(file.toString(), -1, "has no lines 'path label'");
    }
    refuse(file, "has lines that are not 'path label'", problems);
    return new Listed(paths, labels.stream().mapToInt(Integer::intValue).toArray());
  }

  /** A file can be listed several times, for oversampling, but only with the same label. */
  private static List<String> contradictions(Listed listed) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < listed.labels().length; i++) {
      String path = listed.paths().get(i);
      int label = listed.labels()[i];
      Integer before = seen.put(path, label);
      if (before != null && before != label) {
        problems.add("%s has %d and %d".formatted(path, before, label));
      }
    }
    return problems;
  }

  private static String unquoted(String path) {
    boolean quoted = path.length() > 2 && path.startsWith("\"") && path.endsWith("\"");
    return quoted ? path.substring(1, path.length() - 1) : path;
  }

  /** Reads the lines of a text file in UTF-8, with or without a byte order mark. */
  static List<String> lines(Path file) throws IOException {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      if (!lines.isEmpty() && lines.get(0).startsWith(TextFile.BYTE_ORDER_MARK)) {
        lines.set(0, lines.get(0).substring(TextFile.BYTE_ORDER_MARK.length()));
      }
      if (!lines.isEmpty() && lines.get(0).indexOf('\0') >= 0) {
        throw new FormatException(file.toString(), -1, TextFile.UTF_16);
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new FormatException(
          file.toString(), -1, TextFile.isUtf16(file) ? TextFile.UTF_16 : "is not UTF-8 text");
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /** Throws an exception with the first problem and the number of the others, if there are any. */
  static void refuse(Path file, String reason, List<String> problems) throws FormatException {
    if (!problems.isEmpty()) {
      throw new FormatException(
          file.toString(),
          -1,
          "%s: %s%s"
              .formatted(
                  reason,
                  problems.get(0),
                  problems.size() == 1 ? "" : " and %,d more".formatted(problems.size() - 1)));
    }
  }
}
