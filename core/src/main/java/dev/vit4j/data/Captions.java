package dev.vit4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Targets with one or more captions per sample. A batch has no column of them: they are found by
 * its indices.
 *
 * @param captions captions of each sample, none of them blank
 */
public record Captions(List<List<String>> captions) implements Targets {
  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a sample has no caption, or a blank one
   */
  public Captions {
    captions = captions.stream().map(List::copyOf).toList();
    for (int i = 0; i < captions.size(); i++) {
      if (captions.get(i).isEmpty() || captions.get(i).stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException("sample %d has an empty caption".formatted(i));
      }
    }
  }

  /**
   * Returns the captions of a data set.
   *
   * @throws IllegalArgumentException if the data set has other targets
   */
  public static Captions of(Dataset data) {
    if (data.targets() instanceof Captions captions) {
      return captions;
    }
    throw new IllegalArgumentException(data.name() + " has no captions");
  }

  /** Returns the captions of a sample. */
  public List<String> of(int index) {
    return captions.get(index);
  }

  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public Captions select(int[] indices) {
    return new Captions(Arrays.stream(indices).mapToObj(captions::get).toList());
  }

  @Override
  public Map<String, Column> columns(int[] indices) {
    return Map.of();
  }

  @Override
  public long[] counts() {
    return new long[0];
  }
}
