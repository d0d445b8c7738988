package dev.vit4j.image;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Crops the center of an image; a smaller image is padded with one color (timm's {@code
 * CenterCropOrPad}).
 *
 * @param height height of the result in pixels
 * @param width width of the result in pixels
 * @param fill padding color, 0 to 255 per channel
 */
public record CenterCropOrPad(int height, int width, List<Integer> fill) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1 or a color value is out of range
   */
  public CenterCropOrPad {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "CenterCropOrPad needs sides of at least 1 pixel, not " + height + " x " + width);
    }
    if (fill.stream().anyMatch(v -> v < 0 || v > 255)) {
      throw new IllegalArgumentException("CenterCropOrPad's fill is from 0 to 255, not " + fill);
    }
    fill = List.copyOf(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /**
   * Returns the center crop; deterministic.
   *
   * @throws IllegalArgumentException if image and fill have different numbers of channels
   */
  public Image apply(Image image) {
    if (image.channels() != fill.size()) {
      throw new IllegalArgumentException(
          "CenterCropOrPad has a fill of %d channels, the image has %d"
              .formatted(fill.size(), image.channels()));
    }
    Image middle = new CenterCrop(height, width).apply(image);
    if (image.height() < height || image.width() < width) {
      fillAround(middle, image.height(), image.width());
    }
    return middle;
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    Image mask = new CenterCrop(height, width).apply(pair, random).mask();
    return new ImageAndMask(apply(pair.image()), mask);
  }

  /** Fills the rows and columns outside the centered image. */
  private void fillAround(Image middle, int imageHeight, int imageWidth) {
    int top = Math.max(0, (height - imageHeight) / 2);
    int left = Math.max(0, (width - imageWidth) / 2);
    int bottom = Math.min(height, top + imageHeight);
    int right = Math.min(width, left + imageWidth);
    int channels = fill.size();
    byte[] pixels = middle.pixels();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (y >= top && y < bottom && x >= left && x < right) {
          continue;
        }
        for (int c = 0; c < channels; c++) {
          pixels[(y * width + x) * channels + c] = fill.get(c).byteValue();
        }
      }
    }
  }

  @Override
  public String toString() {
    return "CenterCropOrPad(size=(" + height + ", " + width + "))";
  }
}
