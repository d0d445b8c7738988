package dev.vit4j.data;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Targets of the samples of a data set. A task requires a type of targets: {@link Labels}, {@link
 * Masks}, {@link Depths}, or its own type.
 */
public interface Targets {
  /** Returns the class names by index; empty if there are no classes. */
  List<String> classes();

  /**
   * Returns the targets of selected samples.
   *
   * @param indices indices of the samples
   */
  Targets select(int[] indices);

  /**
   * Returns the columns of a batch of these samples, by name. Excludes {@link PixelTargets}, which
   * the loader transforms together with their images.
   */
  Map<String, Column> columns(int[] indices);

  /**
   * Counts the occurrences of each class: samples of {@link Labels}, pixels of {@link Masks}.
   *
   * @return one count per class
   * @throws IOException if a file cannot be read
   */
  long[] counts() throws IOException;

  /** Returns the number of groups for stratified splits. */
  default int groups() {
    return 1;
  }

  /** Returns the group of a sample, from 0. */
  default int group(int index) {
    return 0;
  }

  /** Returns what messages call a group: its class, if every class is a group. */
  default String groupName(int group) {
    return groups() == classes().size()
        ? "class '%s'".formatted(classes().get(group))
        : "group %d".formatted(group);
  }
}
