package dev.vit4j.data;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What is known of each sample of a data set besides its image. A task asks for the kind that it
 * learns from: {@link Labels}, {@link Masks}, or one of its own.
 */
public interface Targets {
  /** Names of the classes in the order of their indices; empty if there are no classes. */
  List<String> classes();

  /**
   * The targets of some samples.
   *
   * @param indices samples, in the order wanted
   */
  Targets select(int[] indices);

  /**
   * What a batch of these samples holds besides the images, by column name. Masks are not among
   * them: the loader transforms them together with their images.
   */
  Map<String, Column> columns(int[] indices);

  /**
   * How often each class occurs: samples of {@link Labels}, pixels of {@link Masks}.
   *
   * @return one number per class
   * @throws IOException if they are in files, and one cannot be read
   */
  long[] counts() throws IOException;

  /** Number of groups of samples, each of which keeps its share when a set is split. */
  default int groups() {
    return 1;
  }

  /** The group of a sample, from 0. */
  default int group(int index) {
    return 0;
  }
}
