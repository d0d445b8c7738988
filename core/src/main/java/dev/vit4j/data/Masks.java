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
   * @throws IOException if the mask is missing or damaged, or has an invalid value
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

  /**
   * Returns the class index of every pixel, -1 for ignored pixels.
   *
   * @param values values of the pixels, unsigned
   */
  static int[] labels(byte[] values) {
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      int value = values[i] & 0xff;
      labels[i] = value == IGNORED ? -1 : value;
    }
    return labels;
  }

  /** Returns the number of pixels of each class in all masks. */
  @Override
  default long[] counts() throws IOException {
    long[] counts = new long[classes().size()];
    for (int i = 0; i < size(); i++) {
      count(mask(i).pixels(), counts);
    }
    return counts;
  }

  /**
   * Adds the number of pixels of each class, without the ignored ones.
   *
   * @param labels class indices or {@link #IGNORED}
   * @param counts one count per class
   */
  static void count(byte[] labels, long[] counts) {
    for (byte label : labels) {
      int c = label & 0xff;
      if (c != IGNORED) {
        counts[c]++;
      }
    }
  }

  /**
   * Counts the pixels that have a class.
   *
   * @param labels class indices or {@link #IGNORED}
   * @param from first pixel
   * @param to last pixel, exclusive
   */
  static long labelled(byte[] labels, int from, int to) {
    long labelled = 0;
    for (int i = from; i < to; i++) {
      labelled += (labels[i] & 0xff) == IGNORED ? 0 : 1;
    }
    return labelled;
  }

  @Override
  default Masks select(int[] indices) {
    return new SelectedMasks(this, indices.clone());
  }

  @Override
  default Map<String, Column> columns(int[] indices) {
    return Map.of();
  }
}
