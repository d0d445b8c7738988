package dev.vit4j.image.augment;

import dev.vit4j.image.ColorTransform;
import dev.vit4j.image.Image;
import java.util.random.RandomGenerator;

/**
 * Blurs with a Gaussian of random width; edges are mirrored (torchvision's {@code GaussianBlur}).
 *
 * @param kernelSize size of the kernel on both axes in pixels, odd
 * @param sigma range of the standard deviation in pixels
 */
public record GaussianBlur(int kernelSize, Interval sigma) implements ColorTransform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the kernel size is not odd or sigma not above 0
   */
  public GaussianBlur {
    if (kernelSize < 1 || kernelSize % 2 == 0 || !(sigma.min() > 0)) {
      throw new IllegalArgumentException(
          "GaussianBlur needs an odd kernel size and a sigma above 0, not %d and %s"
              .formatted(kernelSize, sigma));
    }
  }

  /**
   * Blurs an image.
   *
   * @throws IllegalArgumentException if a side is not larger than half the kernel
   */
  @Override
  public Image apply(Image image, RandomGenerator random) {
    int half = kernelSize / 2;
    if (half >= image.width() || half >= image.height()) {
      throw new IllegalArgumentException(
          "GaussianBlur of %d pixels does not fit an image of %d x %d: use a smaller kernel"
              .formatted(kernelSize, image.height(), image.width()));
    }
    float[] kernel = kernel(sigma.draw(random));
    int width = image.width();
    int height = image.height();
    int channels = image.channels();
    float[] values = new float[image.pixels().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.pixels()[i] & 0xff;
    }
    float[] rows = blur(values, width, channels, kernel);
    float[] both = blur(rows, height, width * channels, kernel);
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (int) Math.max(0, Math.min(255, Math.rint(both[i])));
    }
    return new Image(width, height, channels, out);
  }

  private float[] kernel(double deviation) {
    float[] kernel = new float[kernelSize];
    float sum = 0;
    for (int i = 0; i < kernelSize; i++) {
      double x = (i - kernelSize / 2) / deviation;
      kernel[i] = (float) Math.exp(-0.5 * x * x);
      sum += kernel[i];
    }
    for (int i = 0; i < kernelSize; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  /** Blurs along an axis of {@code size} positions, {@code step} values apart. */
  private static float[] blur(float[] in, int size, int step, float[] kernel) {
    float[] out = new float[in.length];
    int half = kernel.length / 2;
    for (int i = 0; i < in.length; i++) {
      int place = i / step % size;
      float sum = 0;
      for (int k = -half; k <= half; k++) {
        int at = Math.abs(place + k);
        at = at < size ? at : 2 * (size - 1) - at;
        sum += kernel[k + half] * in[i + (at - place) * step];
      }
      out[i] = sum;
    }
    return out;
  }

  @Override
  public String toString() {
    return "GaussianBlur(kernel_size=(%d, %d), sigma=%s)".formatted(kernelSize, kernelSize, sigma);
  }
}
