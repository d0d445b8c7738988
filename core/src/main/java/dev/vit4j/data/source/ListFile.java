package dev.vit4j.data.source;

import dev.vit4j.data.Labels;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import dev.vit4j.text.ClassNames;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  private record Listed(List<String> paths, int[] labels) {}

  /**
   * Reads the lists.
   *
   * @param dir base of relative paths of and in lists; null for the current folder
   * @param notes receives changed class names
   * @throws FormatException if there are invalid lines, missing files, or labels without a class
   */
  static Splits open(@Nullable Path dir, DataLists lists, Consumer<String> notes)
      throws IOException {
    if (lists.train() == null || lists.test() == null) {
      throw new IllegalArgumentException(
          "data 'list' needs train_list and test_list, text files with lines 'path label', or a"
              + " folder with logs/classes.txt, logs/train.txt and logs/test_a.txt");
    }
    Listed train = read(resolve(dir, lists.train()));
    Listed test = read(resolve(dir, lists.test()));
    Listed val = lists.val() == null ? null : read(resolve(dir, lists.val()));
    List<String> classes =
        lists.classes() == null
            ? numbered(train, test, val)
            : classes(resolve(dir, lists.classes()), lists.prefixes(), notes);
    return new Splits(
        set("train", train, dir, lists.trainDir(), lists.train(), classes),
        val == null ? null : set("val", val, dir, lists.valDir(), lists.val(), classes),
        set("test", test, dir, lists.testDir(), lists.test(), classes));
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

  private static List<String> numbered(Listed train, Listed test, @Nullable Listed val) {
    int largest =
        Stream.of(train, test, val == null ? test : val)
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
    listed.paths().stream()
        .map(folder::resolve)
        .filter(p -> !Files.isRegularFile(p))
        .forEach(p -> problems.add(p.toString()));
    refuse(
        file,
        problems.size() == 1
            ? "lists a file that does not exist"
            : "lists %d files that do not exist".formatted(problems.size()),
        problems);
    String name = "list " + (splitDir == null ? split : folder.getFileName());
    return new PictureSet(
        name, FolderTree.unlisted(folder), listed.paths(), new Labels(listed.labels(), classes));
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
            "line %d: '%s'%s"
                .formatted(
                    number, line, blank < 0 ? " is one field" : " does not end with a label"));
        continue;
      }
      paths.add(line.substring(0, blank).strip());
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

  static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new FormatException(file.toString(), -1, "is not UTF-8 text");
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /** Throws an exception with the first problems and the number of the others, if there are any. */
  static void refuse(Path file, String reason, List<String> problems) throws FormatException {
    if (!problems.isEmpty()) {
      throw new FormatException(file.toString(), -1, reason + ": " + FirstFew.of(problems));
    }
  }
}
