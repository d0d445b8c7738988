package dev.vit4j.image;

import java.util.List;
import java.util.random.RandomGenerator;

/** Applies transforms in sequence (torchvision's {@code Compose}). */
public record Compose(List<Transform> transforms) implements Transform {
  /**
   * Copies the list.
   *
   * @param transforms in order of application; an empty list leaves images unchanged
   */
  public Compose {
    transforms = List.copyOf(transforms);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    Image out = image;
    for (Transform transform : transforms) {
      out = transform.apply(out, random);
    }
    return out;
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    ImageAndMask out = pair;
    for (Transform transform : transforms) {
      out = transform.apply(out, random);
    }
    return out;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("Compose(\n");
    for (Transform transform : transforms) {
      out.append(transform.toString().indent(4));
    }
    return out.append(')').toString();
  }
}
