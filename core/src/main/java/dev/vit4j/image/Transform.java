package dev.vit4j.image;

import java.util.random.RandomGenerator;

/**
 * One step on 8-bit pixels. {@code toString} prints the step as torchvision does.
 *
 * <p>A step keeps no state, so that threads may share it.
 */
@FunctionalInterface
public interface Transform {
  /**
   * Takes the step.
   *
   * @param image never changed
   * @param random the only source of chance; the same generator state gives the same image
   * @return a new image, or {@code image} itself where nothing is to be done
   * @throws IllegalArgumentException if the image does not suit the step
   */
  Image apply(Image image, RandomGenerator random);

  /**
   * Takes the step on an image together with its segmentation mask. The image is the same as that
   * of {@link #apply(Image, RandomGenerator)} with a generator of the same state.
   *
   * <p>The default refuses: a step that moves pixels of the image must move those of the mask too.
   * A step that moves none implements {@link ColorTransform}.
   *
   * @param pair never changed
   * @param random the only source of chance
   * @return a new pair, or {@code pair} itself where nothing is to be done
   * @throws IllegalArgumentException if the step does not transform masks, or the image does not
   *     suit the step
   */
  default ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    throw new IllegalArgumentException(
        "%s does not transform masks: leave it out for segmentation, or use steps that do (resizes, crops, flips, color changes)"
            .formatted(toString().split("\\(", 2)[0]));
  }
}
