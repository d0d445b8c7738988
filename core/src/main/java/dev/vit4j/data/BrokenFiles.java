package dev.vit4j.data;

import dev.vit4j.format.Count;
import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Decodes every image file of a data set on all cores, so that a damaged one is found before a
 * training and not in the middle of it. {@link DecodedImages} remembers by content what was
 * decoded.
 *
 * @param cache folder of the files of {@link DecodedImages}
 * @param notes receives the names of skipped files and lines about long operations
 */
public record BrokenFiles(Path cache, Consumer<String> notes) {
  private static final int MANY = 20_000;

  /**
   * The readable samples of a data set.
   *
   * @param data the samples that can be read; the data set itself if all can
   * @param broken the reason for each other sample, with its name
   */
  public record Found(Dataset data, List<String> broken) {
    /** Copies the reasons. */
    public Found {
      broken = List.copyOf(broken);
    }

    /** Returns a line such as {@code D test: skipped 1 unusable file: D/test/a.png: is empty}. */
    public String line() {
      return "%s: skipped %s: %s"
          .formatted(data.name(), Count.of(broken.size(), "unusable file"), FirstFew.of(broken));
    }
  }

  /**
   * Checks all splits.
   *
   * @param skip whether to skip broken files, instead of throwing
   * @return the splits without broken files
   * @throws FormatException if there are broken files and {@code skip} is false
   */
  public Splits check(Splits splits, boolean skip) throws FormatException {
    Dataset val = splits.val();
    return splits.with(
        check(splits.train(), skip),
        val == null ? null : check(val, skip),
        check(splits.test(), skip));
  }

  /** Checks one split as {@link #check(Splits, boolean)} does. */
  public Dataset check(Dataset data, boolean skip) throws FormatException {
    Found found = find(data);
    List<String> broken = found.broken();
    if (broken.isEmpty()) {
      return data;
    }
    if (!skip) {
      throw new FormatException(
          data.name(),
          -1,
          (broken.size() == 1
                  ? "1 unusable file (replace it, or skip it with --set broken=skip): %s"
                  : broken.size()
                      + " unusable files (replace them, or skip them with --set broken=skip): %s")
              .formatted(FirstFew.of(broken)));
    }
    notes.accept(found.line());
    return found.data();
  }

  /** Decodes every sample. */
  public Found find(Dataset data) {
    DecodedImages decoded = DecodedImages.of(cache, data, notes);
    if (data.size() >= MANY && decoded.isEmpty() && data.shape() == null) {
      notes.accept(
          "%s: decoding %,d images once, to find unusable ones"
              .formatted(data.name(), data.size()));
    }
    String[] reasons = new String[data.size()];
    IntStream.range(0, reasons.length)
        .parallel()
        .forEach(i -> reasons[i] = reason(data, i, decoded));
    decoded.save();
    List<String> broken = new ArrayList<>(List.of(reasons));
    broken.removeIf(String::isEmpty);
    if (broken.isEmpty()) {
      return new Found(data, broken);
    }
    int[] whole = IntStream.range(0, reasons.length).filter(i -> reasons[i].isEmpty()).toArray();
    return new Found(new Subset(data.name(), data, whole), broken);
  }

  /** Returns the reason why a sample cannot be read; empty if it can. */
  private static String reason(Dataset data, int index, DecodedImages decoded) {
    try {
      byte[] encoded = data.encoded(index);
      if (encoded != null && !decoded.contains(encoded)) {
        data.image(index);
        decoded.add(encoded);
      }
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
