package dev.vit4j.image;

import java.util.random.RandomGenerator;

/** A transform that resizes by Pillow's filters, to a size that may depend on the image's. */
public sealed interface Resizing extends Transform permits Resize, ResizeShortest, ResizeKeepRatio {
  /**
   * The resize for an image of this size.
   *
   * @param height of the image, pixels
   * @param width of the image, pixels
   * @throws IllegalArgumentException if the image is so thin that the result would be larger than
   *     {@link Image#maxPixels()}
   */
  Resize of(int height, int width);

  /**
   * The resized image; no chance is involved.
   *
   * @throws IllegalArgumentException as {@link #of} says
   */
  default Image apply(Image image) {
    return of(image.height(), image.width()).apply(image);
  }

  @Override
  default Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /** Resizes both; the mask with {@link Interpolation#NEAREST}, as class indices have no mean. */
  @Override
  default ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    Resize resize = of(pair.image().height(), pair.image().width());
    Resize nearest = new Resize(resize.height(), resize.width(), Interpolation.NEAREST);
    return new ImageAndMask(resize.apply(pair.image()), nearest.apply(pair.mask()));
  }
}
