package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.PixelValues;
import java.io.IOException;

/** Targets with one class per pixel. */
public interface Masks extends PixelTargets {
  /** Value of pixels without a class in masks of 8 bits, which losses and metrics ignore. */
  int IGNORED = ImageAndMask.IGNORE_INDEX;

  /**
   * Reads the mask of a sample.
   *
   * @return class indices in the size of the image: one channel, or two with more than 255 classes,
   *     in the encoding of {@link PixelValues}
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

  /**
   * Returns the class index of every pixel, -1 for ignored pixels.
   *
   * @param values values of the pixels of masks of 8 bits, unsigned
   */
  static int[] labels(byte[] values) {
    return PixelValues.labels(values, 1);
  }

  /**
   * Returns the class index of every pixel, row by row, -1 for ignored pixels.
   *
   * @throws IllegalArgumentException if the image has more than 2 channels
   */
  static int[] labels(Image mask) {
    return PixelValues.labels(mask);
  }

  @Override
  default Image values(int index) throws IOException {
    return mask(index);
  }

  @Override
  default String column() {
    return Batch.MASK;
  }

  /** Returns the number of pixels of each class in all masks. */
  @Override
  default long[] counts() throws IOException {
    long[] counts = new long[classes().size()];
    for (int i = 0; i < size(); i++) {
      count(labels(mask(i)), counts);
    }
    return counts;
  }

  /**
   * Adds the number of pixels of each class, without the ignored ones.
   *
   * @param labels class indices, negative for ignored pixels
   * @param counts one count per class
   */
  static void count(int[] labels, long[] counts) {
    for (int label : labels) {
      if (label >= 0) {
        counts[label]++;
      }
    }
  }

  /**
   * Counts the pixels that have a class.
   *
   * @param labels class indices, negative for ignored pixels
   * @param from first pixel
   * @param to last pixel, exclusive
   */
  static long labelled(int[] labels, int from, int to) {
    long labelled = 0;
    for (int i = from; i < to; i++) {
      labelled += labels[i] < 0 ? 0 : 1;
    }
    return labelled;
  }

  @Override
  default Masks select(int[] indices) {
    return new SelectedMasks(this, indices.clone());
  }
}
