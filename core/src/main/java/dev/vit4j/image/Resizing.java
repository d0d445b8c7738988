package dev.vit4j.image;

import java.util.random.RandomGenerator;

/** A transform that resizes with Pillow's filters, to a size that may depend on the image's. */
public sealed interface Resizing extends Transform permits Resize, ResizeShortest, ResizeKeepRatio {
  /**
   * Returns the resize for an image of this size.
   *
   * @param height height of the image in pixels
   * @param width width of the image in pixels
   * @throws IllegalArgumentException if the image is so thin that the result would exceed {@link
   *     Image#maxPixels()}
   */
  Resize of(int height, int width);

  /**
   * Returns the resized image; deterministic.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  default Image apply(Image image) {
    return of(image.height(), image.width()).apply(image);
  }

  /**
   * Returns the center crop of the resized image, of which it computes no more; deterministic.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  default Image apply(Image image, CenterCrop crop) {
    return of(image.height(), image.width()).apply(image, crop);
  }

  @Override
  default Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /**
   * Resizes both; the mask with {@link Interpolation#NEAREST}, as class indices cannot be averaged.
   */
  @Override
  default ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    Resize resize = of(pair.image().height(), pair.image().width());
    Resize nearest = new Resize(resize.height(), resize.width(), Interpolation.NEAREST);
    return new ImageAndMask(resize.apply(pair.image()), nearest.apply(pair.mask()));
  }
}
