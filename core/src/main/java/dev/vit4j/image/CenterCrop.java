package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * The middle of an image (torchvision's {@code CenterCrop}); a smaller image gets black borders.
 *
 * @param height of the result, pixels
 * @param width of the result, pixels
 * @param floor whether an odd margin is rounded down, as transformers does, not half to even
 */
public record CenterCrop(int height, int width, boolean floor) implements Transform {
  /** As torchvision and timm crop. */
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

  /** The middle; no chance is involved. */
  public Image apply(Image image) {
    return Crop.of(
        image, offset(image.height(), height), offset(image.width(), width), height, width);
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    Image image = pair.image();
    return Crop.of(
        pair, offset(image.height(), height), offset(image.width(), width), height, width);
  }

  /** Where the crop starts: half to even as Python rounds, and negative where a border is added. */
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
