package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import java.io.IOException;
import java.util.Map;

/** Targets with one class per pixel. */
public interface Masks extends Targets {
  /** Value of pixels without a class, which losses and metrics ignore. */
  int IGNORED = ImageAndMask.IGNORE_INDEX;

  /**
   * Reads the mask of a sample.
   *
   * @return one channel in the size of the image, with class indices or {@link #IGNORED}
   * @throws IOException if the mask is missing or damaged, differs from its image in size, or has
   *     an invalid value
   */
  Image mask(int index) throws IOException;

  /**
   * Returns the masks of a data set.
   *
   * @throws IllegalArgumentException if its samples have other targets
   */
  static Masks of(Dataset data) {
    if (data.targets() instanceof Masks masks) {
      return masks;
    }
    throw new IllegalArgumentException(
        data.name() + " has no masks: segmentation needs a data set with masks");
  }

  /** Returns the number of samples. */
  int size();

  /** Returns the number of pixels of each class in all masks. */
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
