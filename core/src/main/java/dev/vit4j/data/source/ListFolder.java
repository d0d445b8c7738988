package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with lists and several test sets, the layout of few-shot data sets that mix sources:
 *
 * <pre>
 * logs/classes.txt   lines 'Prefix_Name index'
 * logs/train.txt     lines 'path label'; a path starts at the folder: processed_dataset/Trainset/1.png
 * logs/val.txt       as train.txt; optional
 * logs/test_a.txt    lines 'path label' of the test set A; a path starts at its folder
 * processed_dataset/TestSetA, …
 * </pre>
 */
final class ListFolder {
  private static final String LISTS = "logs/";
  private static final String IMAGES = "processed_dataset";
  private static final String TEST_FOLDER = "TestSet";
  private static final Pattern TEST_LIST = Pattern.compile("test_(.+)\\.txt");

  private ListFolder() {}

  /** Returns whether a folder has this layout. */
  static boolean matches(Path dir) {
    return Files.isRegularFile(dir.resolve(LISTS + "classes.txt"))
        && Files.isRegularFile(dir.resolve(LISTS + "train.txt"));
  }

  /** Returns the names of the test sets in alphabetical order, such as A, B. */
  static List<String> testSets(Path dir) throws IOException {
    return names(dir.resolve(LISTS))
        .map(TEST_LIST::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1).toUpperCase(Locale.ROOT))
        .toList();
  }

  /**
   * Returns the lists of a data set.
   *
   * @param given lists that are named explicitly; the layout is used if there are none
   * @throws FormatException if the folder has no such test set
   */
  static DataLists lists(@Nullable Path dir, DataLists given, String testSet) throws IOException {
    if (given.train() != null || given.test() != null || dir == null || !matches(dir)) {
      return given;
    }
    String list =
        names(dir.resolve(LISTS))
            .filter(("test_" + testSet + ".txt")::equalsIgnoreCase)
            .findFirst()
            .orElse(null);
    if (list == null) {
      List<String> sets = testSets(dir);
      throw new FormatException(
          dir.toString(),
          -1,
          sets.isEmpty()
              ? "has no test set: a list such as logs/test_a.txt is missing"
              : "has no test set %s: use %s".formatted(testSet, String.join(", ", sets)));
    }
    Path images = dir.resolve(IMAGES);
    String folder =
        names(images)
            .filter((TEST_FOLDER + testSet)::equalsIgnoreCase)
            .findFirst()
            .orElseThrow(
                () ->
                    new FormatException(
                        dir.resolve(LISTS + list).toString(),
                        -1,
                        "its folder %s does not exist"
                            .formatted(images.resolve(TEST_FOLDER + testSet))));
    String val = LISTS + "val.txt";
    return new DataLists(
        LISTS + "train.txt",
        Files.isRegularFile(dir.resolve(val)) ? val : null,
        LISTS + list,
        given.trainDir(),
        given.valDir(),
        given.testDir() == null ? IMAGES + "/" + folder : given.testDir(),
        given.classes() == null ? LISTS + "classes.txt" : given.classes(),
        given.prefixes());
  }

  private static Stream<String> names(Path dir) throws IOException {
    if (!Files.isDirectory(dir)) {
      return Stream.of();
    }
    try (Stream<Path> entries = Files.list(dir)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList().stream();
    } catch (IOException e) {
      throw FormatException.unreadable(dir, e);
    }
  }
}
