package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.util.List;

/** Targets with a depth for every pixel: its distance from the plane of the camera in meters. */
public interface Depths extends PixelTargets {
  /**
   * Reads the depths of a sample.
   *
   * @return meters, 4 channels as of {@link PixelValues#ofNumbers}; NaN, 0 or less for pixels
   *     without a depth
   * @throws IOException if the depths are missing or damaged
   */
  Image depths(int index) throws IOException;

  /**
   * Returns the depths of a data set.
   *
   * @throws IllegalArgumentException if its samples have other targets
   */
  static Depths of(Dataset data) {
    if (data.targets() instanceof Depths depths) {
      return depths;
    }
    throw new IllegalArgumentException(
        data.name()
            + " has no depths: the task depth needs a data set with a depth for every pixel");
  }

  /** Returns whether a pixel has a depth: a finite number above 0. */
  static boolean isKnown(float meters) {
    return meters > 0 && meters < Float.POSITIVE_INFINITY;
  }

  /** Returns the number of known depths among {@code meters[from .. to)}. */
  static long known(float[] meters, int from, int to) {
    long known = 0;
    for (int i = from; i < to; i++) {
      known += isKnown(meters[i]) ? 1 : 0;
    }
    return known;
  }

  @Override
  default Image values(int index) throws IOException {
    return depths(index);
  }

  @Override
  default String column() {
    return Batch.DEPTH;
  }

  /** Returns no names: depths have no classes. */
  @Override
  default List<String> classes() {
    return List.of();
  }

  @Override
  default long[] counts() {
    return new long[0];
  }

  @Override
  default Depths select(int[] indices) {
    return new SelectedDepths(this, indices.clone());
  }
}
