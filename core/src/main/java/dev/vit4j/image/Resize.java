package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * Resizing to a fixed size with Pillow's pixels (torchvision's {@code Resize} on a PIL picture).
 *
 * <p>When it makes a picture smaller the filter grows with the scale (antialias).
 *
 * @param height of the result, pixels
 * @param width of the result, pixels
 * @param interpolation the filter
 */
public record Resize(int height, int width, Interpolation interpolation) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public Resize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Resize needs sides of at least 1 pixel, not " + height + " x " + width);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /** The resized picture; no chance is involved. */
  public Image apply(Image image) {
    if (interpolation == Interpolation.NEAREST) {
      return nearest(image);
    }
    // Horizontal first, rounded to 8 bits in between, and no pass where the size stays: as Pillow.
    Image wide =
        image.width() == width
            ? image
            : new Resampler(image.width(), width, interpolation).rows(image);
    return wide.height() == height
        ? wide
        : new Resampler(wide.height(), height, interpolation).columns(wide);
  }

  private Image nearest(Image image) {
    int[] column = centres(image.width(), width);
    int[] row = centres(image.height(), height);
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    int o = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = (row[y] * image.width() + column[x]) * channels;
        for (int c = 0; c < channels; c++) {
          out[o++] = in[i + c];
        }
      }
    }
    return new Image(width, height, channels, out);
  }

  /** Source pixels under the centres of the output pixels, summed up step by step as Pillow. */
  private static int[] centres(int in, int out) {
    double scale = (double) in / out;
    int[] at = new int[out];
    double centre = scale * 0.5;
    for (int i = 0; i < out; i++) {
      at[i] = Math.min((int) centre, in - 1);
      centre += scale;
    }
    return at;
  }

  @Override
  public String toString() {
    return "Resize(size=[%d, %d], interpolation=%s, max_size=None, antialias=True)"
        .formatted(height, width, interpolation);
  }
}
