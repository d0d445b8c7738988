package dev.vit4j.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The official parts of a data set.
 *
 * @param train to learn from
 * @param val to choose the best weights by; null where the set has none of its own, so that a part
 *     of {@code train} is split off
 * @param test to be evaluated once, at the end
 */
public record Splits(Dataset train, @Nullable Dataset val, Dataset test) {
  /** The parts that there are, in the order train, val, test. */
  public List<Dataset> all() {
    return val == null ? List.of(train, test) : List.of(train, val, test);
  }
}
