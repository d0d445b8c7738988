package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * A transform of 8-bit images. {@code toString} prints it as torchvision does.
 *
 * <p>Transforms are stateless, so threads may share them.
 */
@FunctionalInterface
public interface Transform {
  /**
   * Applies the transform.
   *
   * @param image not modified
   * @param random the only source of randomness; equal generator states give equal images
   * @return a new image, or {@code image} itself if nothing changes
   * @throws IllegalArgumentException if the transform does not support the image
   */
  Image apply(Image image, RandomGenerator random);

  /**
   * Applies the transform to an image and its segmentation mask. The resulting image equals that of
   * {@link #apply(Image, RandomGenerator)} with the same generator state.
   *
   * <p>The default throws an exception, since a transform that moves pixels must move those of the
   * mask too. Transforms that move no pixels implement {@link ColorTransform}.
   *
   * @param pair not modified
   * @param random the only source of randomness
   * @return a new pair, or {@code pair} itself if nothing changes
   * @throws IllegalArgumentException if the transform does not support masks or this image
   */
  default ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    throw new IllegalArgumentException(
        "%s does not transform masks: leave it out for segmentation, or use steps that do (resizes, crops, flips, color changes)"
            .formatted(toString().split("\\(", 2)[0]));
  }
}
