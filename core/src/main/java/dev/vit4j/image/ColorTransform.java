package dev.vit4j.image;

import java.util.random.RandomGenerator;

/** A transform that changes pixel values but not positions; masks are unchanged. */
public interface ColorTransform extends Transform {
  @Override
  default ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    return pair.withImage(apply(pair.image(), random));
  }
}
