package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import dev.vit4j.image.Transform;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Mixes several chains of operations with each other and with the original image (Hendrycks et al.
 * 2019; timm's {@code AugMixAugment}).
 *
 * @param ops operations to draw from
 * @param alpha parameter of the Dirichlet and Beta distributions of the weights
 * @param width number of chains
 * @param depth operations per chain; -1: drawn from 1 to 3
 * @param blended whether to blend chain by chain in 8 bits, instead of all at once in floats
 */
record AugMix(List<AugmentOp> ops, double alpha, int width, int depth, boolean blended)
    implements Transform {
  AugMix {
    ops = List.copyOf(ops);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    double[] shares = new double[width];
    double sum = 0;
    for (int i = 0; i < width; i++) {
      shares[i] = gamma(random);
      sum += shares[i];
    }
    for (int i = 0; i < width; i++) {
      shares[i] /= sum;
    }
    double augmented = gamma(random);
    double mix = augmented / (augmented + gamma(random));
    return blended ? chainByChain(image, shares, mix, random) : atOnce(image, shares, mix, random);
  }

  private Image chain(Image image, RandomGenerator random) {
    int length = depth > 0 ? depth : 1 + random.nextInt(3);
    Image out = image;
    for (int i = 0; i < length; i++) {
      out = ops.get(random.nextInt(ops.size())).apply(out, random);
    }
    return out;
  }

  private Image atOnce(Image image, double[] shares, double mix, RandomGenerator random) {
    float[] mixed = new float[image.pixels().length];
    for (double share : shares) {
      byte[] chain = chain(image, random).pixels();
      float weight = (float) share;
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += weight * (chain[i] & 0xff);
      }
    }
    byte[] out = new byte[mixed.length];
    for (int i = 0; i < out.length; i++) {
      int value = (int) Math.max(0, Math.min(255, mixed[i]));
      out[i] = Enhance.blend(image.pixels()[i] & 0xff, value, (float) mix);
    }
    return new Image(image.width(), image.height(), image.channels(), out);
  }

  private Image chainByChain(Image image, double[] shares, double mix, RandomGenerator random) {
    float[] alphas = new float[width];
    double left = 1;
    for (int i = width - 1; i >= 0; i--) {
      double part = shares[i] * mix / left;
      left *= 1 - part;
      alphas[i] = (float) part;
    }
    byte[] out = image.pixels().clone();
    for (float part : alphas) {
      byte[] chain = chain(image, random).pixels();
      for (int i = 0; i < out.length; i++) {
        out[i] = Enhance.blend(out[i] & 0xff, chain[i] & 0xff, part);
      }
    }
    return new Image(image.width(), image.height(), image.channels(), out);
  }

  /** Draws from Gamma(alpha, 1) (Marsaglia and Tsang 2000). */
  private double gamma(RandomGenerator random) {
    double boost = alpha < 1 ? Math.pow(1 - random.nextDouble(), 1 / alpha) : 1;
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
        return Math.max(Double.MIN_NORMAL, d * v * boost);
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder out =
        new StringBuilder(
            "AugMixAugment(alpha=%s, width=%d, depth=%d, ops=".formatted(alpha, width, depth));
    ops.forEach(op -> out.append("\n\t").append(op));
    return out.append(')').toString();
  }
}
