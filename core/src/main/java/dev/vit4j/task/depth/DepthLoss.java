package dev.vit4j.task.depth;

import dev.vit4j.data.Depths;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;

/**
 * Losses of a predicted log depth z, over the pixels with a known depth t in meters.
 *
 * <p>Models predict log depths, as in Eigen et al. 2014: exp(z) is positive without a constraint,
 * an error of z is a relative error of the depth, and weights around 0 mean a depth of 1 m, which
 * is of the right order in rooms.
 */
enum DepthLoss {
  /** |exp(z) - t|, mean over all pixels of the batch, in meters. */
  L1 {
    @Override
    double weightOf(float[] meters, int from, int count, int pixels) {
      return Depths.known(meters, from * pixels, (from + count) * pixels);
    }

    @Override
    Tensor sum(Tensor z, Known known) {
      // exp(0) = 1 is also what stands for an unknown depth, whose error is 0
      return z.mul(known.mask()).exp().sub(known.meters()).abs().sum();
    }
  },

  /**
   * The scale-invariant loss of Eigen et al. 2014 (arXiv 1406.2283, eq. 4) with λ = 0.5: for each
   * image mean(d²) - λ mean(d)² with d = z - log t, mean over the images of the batch that have a
   * known depth.
   */
  SILOG {
    @Override
    double weightOf(float[] meters, int from, int count, int pixels) {
      long images = 0;
      for (int i = from; i < from + count; i++) {
        images += Depths.known(meters, i * pixels, (i + 1) * pixels) > 0 ? 1 : 0;
      }
      return images;
    }

    @Override
    Tensor sum(Tensor z, Known known) {
      Tensor d = z.mul(known.mask()).sub(known.logs()); // 0 at unknown depths
      Tensor squares = d.mul(d).sum(1).mul(known.shares());
      Tensor mean = d.sum(1).mul(known.shares());
      return squares.sub(mean.mul(mean).mul(LAMBDA)).sum();
    }
  };

  private static final double LAMBDA = 0.5;

  /**
   * Depths of a batch on the device.
   *
   * @param mask 1 for known depths, else 0 [B, pixels]
   * @param meters depths, 1 if unknown [B, pixels]
   * @param logs their logarithms, 0 if unknown [B, pixels]
   * @param shares 1 / number of known depths of each image, 0 if there are none [B]
   */
  record Known(Tensor mask, Tensor meters, Tensor logs, Tensor shares) {
    /**
     * Creates the tensors.
     *
     * @param all depths of a batch [B, pixels], some of which are used
     */
    static Known of(float[] all, int from, int count, int pixels, Device device) {
      float[] mask = new float[count * pixels];
      float[] meters = new float[count * pixels];
      float[] logs = new float[count * pixels];
      float[] shares = new float[count];
      for (int b = 0; b < count; b++) {
        int known = 0;
        for (int p = 0; p < pixels; p++) {
          int i = b * pixels + p;
          float t = all[from * pixels + i];
          boolean isKnown = Depths.isKnown(t);
          mask[i] = isKnown ? 1 : 0;
          meters[i] = isKnown ? t : 1;
          logs[i] = isKnown ? (float) Math.log(t) : 0;
          known += isKnown ? 1 : 0;
        }
        shares[b] = known == 0 ? 0 : 1f / known;
      }
      return new Known(
          Tensor.of(mask, count, pixels).to(device),
          Tensor.of(meters, count, pixels).to(device),
          Tensor.of(logs, count, pixels).to(device),
          Tensor.of(shares, count).to(device));
    }
  }

  /** Returns the loss of this name in recipes: {@code l1} or {@code silog}. */
  static DepthLoss named(String name) {
    return name.equals("l1") ? L1 : SILOG;
  }

  /**
   * Returns the weight of some images in a mean loss.
   *
   * @param meters depths of a batch [B, pixels]
   */
  abstract double weightOf(float[] meters, int from, int count, int pixels);

  /**
   * Returns the sum of the losses, to be divided by {@link #weightOf}.
   *
   * @param z log depths [B, pixels], f32
   */
  abstract Tensor sum(Tensor z, Known known);
}
