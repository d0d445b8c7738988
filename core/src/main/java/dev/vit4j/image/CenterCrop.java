package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * Crops the center of an image (torchvision's {@code CenterCrop}); a smaller image is padded with
 * black.
 *
 * @param height height of the result in pixels
 * @param width width of the result in pixels
 * @param floor whether odd margins are rounded down, as in transformers, instead of half to even
 */
public record CenterCrop(int height, int width, boolean floor) implements Transform {
  /** Creates a crop with the rounding of torchvision and timm. */
  public CenterCrop(int height, int width) {
    this(height, width, false);
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public CenterCrop {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "CenterCrop needs sides of at least 1 pixel, not " + height + " x " + width);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /** Returns the center crop; deterministic. */
  public Image apply(Image image) {
    return Crop.of(image, top(image.height()), left(image.width()), height, width);
  }

  /** Returns the first row of the crop of an image of this height; negative if it is padded. */
  int top(int fromHeight) {
    return offset(fromHeight, height);
  }

  /** Returns the first column of the crop of an image of this width; negative if it is padded. */
  int left(int fromWidth) {
    return offset(fromWidth, width);
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    Image image = pair.image();
    return Crop.of(pair, top(image.height()), left(image.width()), height, width);
  }

  /** Start of the crop: rounded half to even as in Python; negative if padding is added. */
  private int offset(int in, int out) {
    if (in < out) {
      return -((out - in) / 2);
    }
    return floor ? (in - out) / 2 : (int) Math.rint((in - out) / 2.0);
  }

  @Override
  public String toString() {
    return "CenterCrop(size=(" + height + ", " + width + "))";
  }
}
