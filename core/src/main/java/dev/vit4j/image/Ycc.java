package dev.vit4j.image;

/** Converts luma and chroma to RGB in 16-bit fixed point, as libjpeg's jdcolor.c. */
final class Ycc {
  private static final int HALF = 1 << 15;

  private Ycc() {}

  /** Converts [pixels, (Y, Cb, Cr)] to [pixels, (R, G, B)] in place. */
  static void toRgb(byte[] p) {
    for (int i = 0; i + 2 < p.length; i += 3) {
      int y = p[i] & 0xff;
      int cb = (p[i + 1] & 0xff) - 128;
      int cr = (p[i + 2] & 0xff) - 128;
      p[i] = (byte) clipped(y + red(cr));
      p[i + 1] = (byte) clipped(y + green(cb, cr));
      p[i + 2] = (byte) clipped(y + blue(cb));
    }
  }

  /** Red's chroma term, for chroma from -128 to 127. */
  static int red(int cr) {
    return (91881 * cr + HALF) >> 16;
  }

  static int green(int cb, int cr) {
    return (-22554 * cb - 46802 * cr + HALF) >> 16;
  }

  static int blue(int cb) {
    return (116130 * cb + HALF) >> 16;
  }

  /** Clips to 0 … 255; a single branch covers the common case of values within range. */
  static int clipped(int v) {
    return (v & ~0xff) == 0 ? v : (~v >> 31) & 0xff;
  }
}
