package dev.vit4j.data;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A look at every file of a data set before a training trusts it. */
public final class BrokenFiles {
  private BrokenFiles() {}

  /**
   * Looks at the ends of every file of all parts, and decodes what looks damaged.
   *
   * @param skip leave broken files out; else they are refused
   * @param notes hears which are left out
   * @return the parts without broken files
   * @throws FormatException naming the broken files, if they are to be refused
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
                  ? "1 broken file (mend it, or leave it out with --set broken=skip): %s"
                  : broken.size()
                      + " broken files (mend them, or leave them out with --set broken=skip): %s")
              .formatted(FirstFew.of(broken)));
    }
    int[] whole = IntStream.range(0, reasons.length).filter(i -> reasons[i].isEmpty()).toArray();
    notes.accept(
        "%s: %d broken %s left out: %s"
            .formatted(
                data.name(),
                broken.size(),
                broken.size() == 1 ? "file" : "files",
                FirstFew.of(broken)));
    return new Subset(data.name(), data, whole);
  }

  /** Why a sample cannot be read; empty if it can. */
  private static String reason(Dataset data, int index) {
    try {
      data.check(index);
      return "";
    } catch (IOException | RuntimeException e) {
      return named(data.source(index), e);
    }
  }

  /** What is wrong with a sample, its name before it, once. */
  static String named(String source, Exception e) {
    String reason =
        e instanceof IOException io
            ? FormatException.words(io)
            : Objects.requireNonNullElse(e.getMessage(), e.toString());
    return reason.startsWith(source) ? reason : source + ": " + reason;
  }
}
