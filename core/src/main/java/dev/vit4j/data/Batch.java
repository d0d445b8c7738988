package dev.vit4j.data;

import dev.vit4j.image.Image;

/**
 * Samples stacked for a model; the arrays belong to whoever takes the batch.
 *
 * @param pixels [size, channels, height, width], unsigned bytes
 * @param labels [size], classes from 0
 * @param indices [size], which samples of the data set these are
 * @param size number of samples
 * @param channels 1 or 3
 * @param height rows
 * @param width columns
 */
public record Batch(
    byte[] pixels, long[] labels, int[] indices, int size, int channels, int height, int width) {

  /** One of the pictures, from 0, as the model gets it. */
  public Image image(int place) {
    Shape shape = new Shape(channels, height, width);
    return Planes.read(pixels, place * channels * height * width, shape);
  }

  /** The same samples without their pixels, for whoever keeps many. */
  public Batch withoutPixels() {
    return new Batch(new byte[0], labels, indices, size, channels, height, width);
  }
}
