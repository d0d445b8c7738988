package dev.vit4j.image;

import java.util.random.RandomGenerator;

/** A step that changes pixels but not where they are: masks stay as they are. */
public interface ColorTransform extends Transform {
  @Override
  default ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    return pair.withImage(apply(pair.image(), random));
  }
}
