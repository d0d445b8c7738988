package dev.vit4j.data.source;

import dev.vit4j.image.PixelValues;
import java.util.Arrays;

/**
 * What the values in mask files mean.
 *
 * @param classes class index of each value from 0, or {@link PixelValues#IGNORED}; larger values
 *     are invalid
 */
record MaskCodes(int[] classes) {
  /** Returns the codes of files whose values are class indices. */
  static MaskCodes plain(int classes) {
    return ignoring(classes);
  }

  /**
   * Returns the codes of files whose values are class indices, except for some that are ignored.
   *
   * @param ignored values to ignore, below {@code classes} or not
   */
  static MaskCodes ignoring(int classes, int... ignored) {
    int count = Math.max(classes, 1 + Arrays.stream(ignored).max().orElse(-1));
    int[] codes = new int[count];
    Arrays.setAll(codes, i -> i < classes ? i : PixelValues.IGNORED);
    for (int value : ignored) {
      codes[value] = PixelValues.IGNORED;
    }
    return new MaskCodes(codes);
  }

  /** Returns the class index of a value below {@link #count}, or {@link PixelValues#IGNORED}. */
  int of(int value) {
    return value < 0 ? value : classes[value];
  }

  /** Returns the number of valid values. */
  int count() {
    return classes.length;
  }

  /** Returns the largest value that has a class. */
  int largest() {
    int largest = classes.length - 1;
    while (largest > 0 && classes[largest] < 0) {
      largest--;
    }
    return largest;
  }

  /** Returns whether every value is its class index. */
  boolean isPlain() {
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] != i) {
        return false;
      }
    }
    return true;
  }
}
