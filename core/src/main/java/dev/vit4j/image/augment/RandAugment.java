package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import dev.vit4j.image.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Applies a few operations drawn from a list (Cubuk et al. 2019; timm's {@code RandAugment}).
 *
 * @param n operations per image
 * @param ops operations to draw from
 * @param weights probability of each, drawn without replacement; empty: uniform, with replacement
 */
record RandAugment(int n, List<AugmentOp> ops, List<Double> weights) implements Transform {
  RandAugment {
    ops = List.copyOf(ops);
    weights = List.copyOf(weights);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    Image out = image;
    for (AugmentOp op : draw(random)) {
      out = op.apply(out, random);
    }
    return out;
  }

  /** Draws the operations for one image. */
  List<AugmentOp> draw(RandomGenerator random) {
    List<AugmentOp> drawn = new ArrayList<>(n);
    List<Double> left = new ArrayList<>(weights);
    for (int i = 0; i < n; i++) {
      int place = weights.isEmpty() ? random.nextInt(ops.size()) : draw(left, random);
      drawn.add(ops.get(place));
    }
    return drawn;
  }

  /** Draws by weight and removes the weight, so that none is drawn twice. */
  private static int draw(List<Double> weights, RandomGenerator random) {
    double place = random.nextDouble() * weights.stream().mapToDouble(w -> w).sum();
    int last = 0;
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i) > 0) {
        last = i; // in case rounding leads beyond the end
        place -= weights.get(i);
        if (place < 0) {
          break;
        }
      }
    }
    weights.set(last, 0.0);
    return last;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("RandAugment(n=" + n + ", ops=");
    ops.forEach(op -> out.append("\n\t").append(op));
    return out.append(')').toString();
  }
}
