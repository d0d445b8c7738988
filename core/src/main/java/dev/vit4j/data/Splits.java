package dev.vit4j.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The splits of a data set.
 *
 * @param train training split
 * @param val validation split; null if the data set has none, in which case a share of {@code
 *     train} is held out
 * @param test test split, evaluated once at the end
 * @param whole all samples of data without splits, of which {@code test} is a share that was held
 *     out; null for data with a test split of its own
 * @param found lines that tell how files were found and assigned, which a user must see
 * @param heldOut lines about the share that was held out; empty for data with a test split
 */
public record Splits(
    Dataset train,
    @Nullable Dataset val,
    Dataset test,
    @Nullable Dataset whole,
    List<String> found,
    List<String> heldOut) {
  /** Copies the lines. */
  public Splits {
    found = List.copyOf(found);
    heldOut = List.copyOf(heldOut);
  }

  /** Creates splits that the data set itself has. */
  public Splits(Dataset train, @Nullable Dataset val, Dataset test) {
    this(train, val, test, null, List.of(), List.of());
  }

  /**
   * Holds out a share of data without a test split.
   *
   * @param whole all samples but those of {@code val}
   * @param val validation split; null if there is none
   * @param testSplit share of each class in the test split, above 0 and below 1
   * @param seed seed of the split
   * @param reason why a share is held out, such as {@code no test split}
   * @throws IllegalArgumentException as {@link StratifiedSplit#split}
   */
  public static Splits heldOut(
      Dataset whole, @Nullable Dataset val, double testSplit, long seed, String reason) {
    List<String> rare = new ArrayList<>();
    Subset[] parts = StratifiedSplit.split(whole, testSplit, seed, "test", rare::add);
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "%s: %s, %,d of %,d images are held out for testing"
            .formatted(whole.root(), reason, parts[1].size(), whole.size()));
    remarks.addAll(rare);
    String name = whole.name().replaceFirst(" train$", "");
    return new Splits(
        new Subset(name + " train", whole, parts[0].indices()),
        val,
        new Subset(name + " test", whole, parts[1].indices()),
        val == null ? whole : null,
        List.of(),
        remarks);
  }

  /** Returns these splits with lines about how their files were found. */
  public Splits remarked(List<String> lines) {
    return new Splits(train, val, test, whole, lines, heldOut);
  }

  /** Returns other data with the lines of these splits. */
  public Splits with(Dataset train, @Nullable Dataset val, Dataset test) {
    return new Splits(train, val, test, whole, found, heldOut);
  }

  /** Returns all lines about how the splits were made. */
  public List<String> remarks() {
    List<String> all = new ArrayList<>(found);
    all.addAll(heldOut);
    return all;
  }

  /** Returns the existing splits in the order train, val, test. */
  public List<Dataset> all() {
    return val == null ? List.of(train, test) : List.of(train, val, test);
  }
}
