package dev.vit4j.image;

import dev.vit4j.format.Count;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was unusual in images that could be decoded, such as damage that does not hide pixels or
 * values that were cut. Decoders add remarks from any thread; an application takes them when it has
 * read its images.
 */
public final class ImageRemarks {
  /** Number of images that are counted per remark. */
  private static final int MOST = 10_000;

  private static final Map<String, Set<String>> SOURCES = new LinkedHashMap<>();

  private ImageRemarks() {}

  /**
   * Adds a remark.
   *
   * @param source name of the image
   * @param what a clause about it
   */
  static void add(String source, String what) {
    synchronized (SOURCES) {
      Set<String> sources = SOURCES.computeIfAbsent(what, key -> new LinkedHashSet<>());
      if (sources.size() < MOST) {
        sources.add(source);
      }
    }
  }

  /**
   * Returns one line per kind of remark, which names an image and counts the others; and forgets.
   */
  public static List<String> take() {
    synchronized (SOURCES) {
      List<String> lines = new ArrayList<>();
      SOURCES.forEach(
          (what, sources) -> {
            int others = sources.size() - 1;
            String more =
                others == 0
                    ? ""
                    : " (and %s%s)"
                        .formatted(
                            others + 1 == MOST ? "at least " : "", Count.of(others, "more image"));
            lines.add("%s: %s%s".formatted(sources.iterator().next(), what, more));
          });
      SOURCES.clear();
      return lines;
    }
  }
}
