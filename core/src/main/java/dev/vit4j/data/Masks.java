package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import java.io.IOException;
import java.util.Map;

/** One class per pixel. */
public interface Masks extends Targets {
  /** The value of a pixel that has no class: it counts in no loss and no metric. */
  int IGNORED = ImageAndMask.IGNORE_INDEX;

  /**
   * The mask of a sample.
   *
   * @return one channel of the image's size: class indices, or {@link #IGNORED}
   * @throws IOException if it is missing or damaged, differs from its image in size, or has a value
   *     that is no class
   */
  Image mask(int index) throws IOException;

  /**
   * The masks of a data set.
   *
   * @throws IllegalArgumentException if its samples have other targets
   */
  static Masks of(Dataset data) {
    if (data.targets() instanceof Masks masks) {
      return masks;
    }
    throw new IllegalArgumentException(
        data.name() + " has no masks: segmentation needs a data set with a class for every pixel");
  }

  /** Number of samples. */
  int size();

  /** Pixels of each class, of all masks. */
  @Override
  default long[] counts() throws IOException {
    long[] counts = new long[classes().size()];
    for (int i = 0; i < size(); i++) {
      for (byte value : mask(i).pixels()) {
        int c = value & 0xff;
        if (c != IGNORED) {
          counts[c]++;
        }
      }
    }
    return counts;
  }

  @Override
  Masks select(int[] indices);

  @Override
  default Map<String, Column> columns(int[] indices) {
    return Map.of();
  }
}
