package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * Converts between gray and color, so that all images have the channels of the model (torchvision's
 * {@code RGB} and {@code Grayscale}).
 *
 * @param channels 1 (gray) or 3 (red, green, blue)
 */
public record ToChannels(int channels) implements ColorTransform {
  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is neither 1 nor 3
   */
  public ToChannels {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("images have 1 or 3 channels, not " + channels);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return channels == 1 ? image.toGrey() : image.toRgb();
  }

  @Override
  public String toString() {
    return channels == 1 ? "Grayscale(num_output_channels=1)" : "RGB()";
  }
}
