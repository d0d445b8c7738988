package dev.vit4j.data.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * All that it takes to open a data set.
 *
 * @param name one of {@link Datasets#names}
 * @param dir folder or archive with its files; null for the usual places
 * @param testSplit share of a folder of classes that becomes the test set, above 0 and below 1
 * @param seed of the choice of those
 * @param lists of {@link Datasets#LIST}
 */
public record DataSpec(
    String name, @Nullable Path dir, double testSplit, long seed, DataLists lists) {
  /** Share of a folder of classes that becomes the test set, unless a recipe says otherwise. */
  public static final double TEST_SPLIT = 0.2;

  /** Seed of the test set, the same in all trainings, so that their results can be compared. */
  public static final long TEST_SEED = 42;

  /** A data set with the usual values. */
  public static DataSpec of(String name, @Nullable Path dir) {
    return new DataSpec(name, dir, TEST_SPLIT, TEST_SEED, DataLists.NONE);
  }
}
