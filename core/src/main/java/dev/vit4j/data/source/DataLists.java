package dev.vit4j.data.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text files that name images and their labels, for the data set {@code list}. Names are relative
 * to the data folder.
 *
 * @param train list to train on
 * @param val list to choose the best weights by, or null
 * @param test list to test on
 * @param trainDir folder of the images of {@code train}; null for the data folder
 * @param valDir folder of the images of {@code val}; null for the data folder
 * @param testDir folder of the images of {@code test}; null for the data folder
 * @param classes file with the names of the classes; null to name them by their numbers
 * @param prefixes taken off class names, with the {@code _} that follows
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
}
