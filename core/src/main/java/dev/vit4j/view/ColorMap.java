package dev.vit4j.view;

import java.awt.Color;

/**
 * Perceptually ordered color maps: equal differences of the value look like equal differences of
 * color.
 *
 * <p>{@link #VIRIDIS} interpolates 17 equally spaced samples of matplotlib's map of that name
 * (Smith, van der Walt and Firing 2015, released under CC0) linearly, with an error of at most 6 of
 * 255 levels. {@link #BLUES} ranges from white to the blue of the curves.
 */
public final class ColorMap {
  /** Dark violet over green to yellow. */
  public static final ColorMap VIRIDIS =
      new ColorMap(
          0x440154, 0x48186A, 0x472D7B, 0x424086, 0x3B528B, 0x33638D, 0x2C728E, 0x26818E, 0x21908C,
          0x1F9F88, 0x28AE80, 0x3EBC74, 0x5DC963, 0x82D34C, 0xABDC32, 0xD5E21A, 0xFDE725);

  /** White to deep blue. */
  public static final ColorMap BLUES =
      new ColorMap(0xFFFFFF, 0xDCE9F5, 0xB3CFE9, 0x7FADD7, 0x4C89C2, 0x2B6CB0, 0x1B4F88);

  private final int[] anchors;

  private ColorMap(int... anchors) {
    this.anchors = anchors;
  }

  /**
   * Returns the color of a value.
   *
   * @param value 0 (first color) to 1 (last color); values outside are clamped, NaN is gray
   */
  public Color at(double value) {
    if (Double.isNaN(value)) {
      return Style.MISSING;
    }
    double place = Math.max(0, Math.min(1, value)) * (anchors.length - 1);
    int low = Math.min((int) place, anchors.length - 2);
    double share = place - low;
    return new Color(mix(low, share, 16), mix(low, share, 8), mix(low, share, 0));
  }

  private int mix(int low, double share, int shift) {
    int a = (anchors[low] >> shift) & 0xFF;
    int b = (anchors[low + 1] >> shift) & 0xFF;
    return (int) Math.round(a + share * (b - a));
  }
}
