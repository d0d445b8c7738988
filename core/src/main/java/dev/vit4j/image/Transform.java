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
   * @param random the only source of chance; the same generator state gives the same picture
   * @return a new picture, or {@code image} itself where nothing is to be done
   * @throws IllegalArgumentException if the picture does not suit the step
   */
  Image apply(Image image, RandomGenerator random);
}
