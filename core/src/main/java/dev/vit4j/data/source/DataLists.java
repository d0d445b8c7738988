package dev.vit4j.data.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text files with image paths and labels, for the data set {@code list}. Paths are relative to the
 * data folder.
 *
 * @param train list of the training split
 * @param val list of the validation split, or null
 * @param test list of the test split
 * @param trainDir folder of the images of {@code train}; null for the data folder
 * @param valDir folder of the images of {@code val}; null for the data folder
 * @param testDir folder of the images of {@code test}; null for the data folder
 * @param classes file with class names; null to use class indices as names
 * @param prefixes prefixes to remove from class names, with the {@code _} that follows
 */
public record DataLists(
    @Nullable String train,
    @Nullable String val,
    @Nullable String test,
    @Nullable String trainDir,
    @Nullable String valDir,
    @Nullable String testDir,
    @Nullable String classes,
    List<String> prefixes) {
  /** No lists. */
  public static final DataLists NONE =
      new DataLists(null, null, null, null, null, null, null, List.of());

  /** Returns these lists with another one for training, unless one is named. */
  DataLists ofTrain(String list) {
    return train != null
        ? this
        : new DataLists(list, val, test, trainDir, valDir, testDir, classes, prefixes);
  }
}
