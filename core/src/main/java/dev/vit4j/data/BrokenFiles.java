package dev.vit4j.data;

import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Checks every file of a data set before a training. */
public final class BrokenFiles {
  private BrokenFiles() {}

  /**
   * Checks start and end of every file of all splits, and decodes files that look damaged.
   *
   * @param skip whether to skip broken files, instead of throwing
   * @param notes receives the names of skipped files
   * @return the splits without broken files
   * @throws FormatException if there are broken files and {@code skip} is false
   */
  public static Splits check(Splits splits, boolean skip, Consumer<String> notes)
      throws FormatException {
    return new Splits(
        check(splits.train(), skip, notes),
        splits.val() == null ? null : check(splits.val(), skip, notes),
        check(splits.test(), skip, notes));
  }

  private static Dataset check(Dataset data, boolean skip, Consumer<String> notes)
      throws FormatException {
    String[] reasons = new String[data.size()];
    IntStream.range(0, reasons.length).parallel().forEach(i -> reasons[i] = reason(data, i));
    List<String> broken = List.of(reasons).stream().filter(r -> !r.isEmpty()).toList();
    if (broken.isEmpty()) {
      return data;
    }
    if (!skip) {
      throw new FormatException(
          data.name(),
          -1,
          (broken.size() == 1
                  ? "1 broken file (replace it, or skip it with --set broken=skip): %s"
                  : broken.size()
                      + " broken files (replace them, or skip them with --set broken=skip): %s")
              .formatted(FirstFew.of(broken)));
    }
    int[] whole = IntStream.range(0, reasons.length).filter(i -> reasons[i].isEmpty()).toArray();
    notes.accept(
        "%s: skipped %d broken %s: %s"
            .formatted(
                data.name(),
                broken.size(),
                broken.size() == 1 ? "file" : "files",
                FirstFew.of(broken)));
    return new Subset(data.name(), data, whole);
  }

  /** Returns the reason why a sample cannot be read; empty if it can. */
  private static String reason(Dataset data, int index) {
    try {
      data.check(index);
      return "";
    } catch (IOException | RuntimeException e) {
      return named(data.source(index), e);
    }
  }

  /** Returns the error message of a sample, prefixed with its name unless it already is. */
  static String named(String source, Exception e) {
    String reason =
        e instanceof IOException io
            ? FormatException.words(io)
            : Objects.requireNonNullElse(e.getMessage(), e.toString());
    return reason.startsWith(source) ? reason : source + ": " + reason;
  }
}
