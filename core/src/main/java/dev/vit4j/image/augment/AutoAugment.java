package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import dev.vit4j.image.Transform;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Applies one of several pairs of operations (Cubuk et al. 2018; timm's {@code AutoAugment}).
 *
 * @param policy the pairs, with equal probability
 */
record AutoAugment(List<List<AugmentOp>> policy) implements Transform {
  AutoAugment {
    policy = policy.stream().map(List::copyOf).toList();
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    Image out = image;
    for (AugmentOp op : policy.get(random.nextInt(policy.size()))) {
      out = op.apply(out, random);
    }
    return out;
  }

  @Override
  public String toString() {
    return policy.stream()
        .map(pair -> "\n\t" + pair)
        .collect(Collectors.joining("", "AutoAugment(policy=", ")"));
  }
}
