package dev.vit4j.image;

/**
 * Resizes so that the shorter side has a given size, preserving the aspect ratio (torchvision's
 * {@code Resize(size)}); the longer side is rounded down.
 *
 * @param size shorter side of the result in pixels
 * @param interpolation resampling filter
 */
public record ResizeShortest(int size, Interpolation interpolation) implements Resizing {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the side is below 1
   */
  public ResizeShortest {
    if (size < 1) {
      throw new IllegalArgumentException("Resize needs a side of at least 1 pixel, not " + size);
    }
  }

  @Override
  public Resize of(int height, int width) {
    double longest = longer(height, width);
    return height > width
        ? Resize.limited(height, width, longest, size, interpolation)
        : Resize.limited(height, width, size, longest, interpolation);
  }

  /** As Python's int(size * long / short). */
  private double longer(int height, int width) {
    long longest = Math.max(height, width);
    return Math.floor((double) (size * longest) / Math.min(height, width));
  }

  @Override
  public String toString() {
    return "Resize(size=%d, interpolation=%s, max_size=None, antialias=True)"
        .formatted(size, interpolation);
  }
}
