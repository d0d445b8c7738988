package dev.vit4j.image;

import java.util.Locale;

/**
 * Resizes to fit into a box or to cover it, preserving the aspect ratio (timm's {@code
 * ResizeKeepRatio}).
 *
 * @param height height of the box in pixels
 * @param width width of the box in pixels
 * @param interpolation resampling filter
 * @param longest 1 to fit into the box, 0 to cover it; values in between interpolate the scale
 */
public record ResizeKeepRatio(int height, int width, Interpolation interpolation, double longest)
    implements Resizing {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1 or longest outside 0 … 1
   */
  public ResizeKeepRatio {
    if (height < 1 || width < 1 || !(longest >= 0 && longest <= 1)) {
      throw new IllegalArgumentException(
          "ResizeKeepRatio needs sides of at least 1 pixel and longest from 0 to 1, not %d x %d and %s"
              .formatted(height, width, longest));
    }
  }

  @Override
  public Resize of(int fromHeight, int fromWidth) {
    double rows = (double) fromHeight / height;
    double columns = (double) fromWidth / width;
    double ratio = Math.max(rows, columns) * longest + Math.min(rows, columns) * (1 - longest);
    return Resize.limited(
        fromHeight,
        fromWidth,
        // timm fails if a thin image would lose its last row; here one row is kept
        Math.max(1, Math.rint(fromHeight / ratio)),
        Math.max(1, Math.rint(fromWidth / ratio)),
        interpolation);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ResizeKeepRatio(size=(%d, %d), interpolation=%s, longest=%.3f, random_scale_prob=0.000, random_scale_range=(0.850, 1.050), random_aspect_prob=0.000, random_aspect_range=(0.900, 1.110))",
        height,
        width,
        interpolation,
        longest);
  }
}
