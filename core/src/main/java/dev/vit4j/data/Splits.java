package dev.vit4j.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The splits of a data set.
 *
 * @param train training split
 * @param val validation split; null if the data set has none, in which case a share of {@code
 *     train} is held out
 * @param test test split, evaluated once at the end
 */
public record Splits(Dataset train, @Nullable Dataset val, Dataset test) {
  /** Returns the existing splits in the order train, val, test. */
  public List<Dataset> all() {
    return val == null ? List.of(train, test) : List.of(train, val, test);
  }
}
