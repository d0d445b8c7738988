package dev.vit4j.data.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Specification of a data set.
 *
 * @param name one of {@link Datasets#names}
 * @param dir folder or archive with its files; null for the default locations
 * @param testSplit share of a folder of classes that is held out for testing, above 0 and below 1
 * @param seed seed of the test split
 * @param lists list files of {@link Datasets#LIST}, or tables of {@link Datasets#CAPTIONS}
 * @param columns columns of the tables
 * @param testSet name of the test set, of a folder with several
 */
public record DataSpec(
    String name,
    @Nullable Path dir,
    double testSplit,
    long seed,
    DataLists lists,
    CaptionColumns columns,
    String testSet) {
  /** Default share of a folder of classes that is held out for testing. */
  public static final double TEST_SPLIT = 0.2;

  /** Seed of the test split, the same in all trainings, so that results are comparable. */
  public static final long TEST_SEED = 42;

  /** Default test set of a folder with several. */
  public static final String TEST_SET = "A";

  /** Creates a specification of data without tables. */
  public DataSpec(String name, @Nullable Path dir, double testSplit, long seed, DataLists lists) {
    this(name, dir, testSplit, seed, lists, CaptionColumns.USUAL, TEST_SET);
  }

  /** Returns the specification with another test set, one of {@link Datasets#testSets}. */
  public DataSpec withTestSet(String other) {
    return new DataSpec(name, dir, testSplit, seed, lists, columns, other);
  }

  /** Returns the specification with default values. */
  public static DataSpec of(String name, @Nullable Path dir) {
    return new DataSpec(name, dir, TEST_SPLIT, TEST_SEED, DataLists.NONE);
  }
}
