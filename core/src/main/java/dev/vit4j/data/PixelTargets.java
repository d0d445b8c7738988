package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.Map;

/** Targets with a value for every pixel, which transforms move together with the image. */
public interface PixelTargets extends Targets {
  /** Returns the number of samples. */
  int size();

  /**
   * Returns the name of the column of a {@link Batch}: {@link Batch#MASK} or {@link Batch#DEPTH}.
   */
  String column();

  /**
   * Reads the values of a sample.
   *
   * @return an image of the size of the sample's, in the encoding of {@link
   *     dev.vit4j.image.PixelValues}
   * @throws IOException if the values are missing or damaged, or one is invalid
   */
  Image values(int index) throws IOException;

  /** Empty: the loader makes the column of {@link #values}. */
  @Override
  default Map<String, Column> columns(int[] indices) {
    return Map.of();
  }
}
