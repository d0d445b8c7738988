package dev.vit4j.image;

/** Luma and chroma to colours in 16-bit fixed point, as libjpeg's jdcolor.c. */
final class Ycc {
  private static final int HALF = 1 << 15;
  private static final int LEVELS = 256;
  private static final int RANGE = 3 * LEVELS; // luma plus chroma lie between -256 and 511

  private static final int[] RED = new int[LEVELS]; // of Cr
  private static final int[] BLUE = new int[LEVELS]; // of Cb
  private static final int[] GREEN_CB = new int[LEVELS]; // times 2^16
  private static final int[] GREEN_CR = new int[LEVELS];
  private static final byte[] CLIPPED = new byte[RANGE];

  static {
    for (int i = 0; i < LEVELS; i++) {
      int chroma = i - 128;
      RED[i] = ((91881 * chroma + HALF) >> 16) + LEVELS;
      BLUE[i] = ((116130 * chroma + HALF) >> 16) + LEVELS;
      GREEN_CB[i] = -22554 * chroma + HALF + (LEVELS << 16);
      GREEN_CR[i] = -46802 * chroma;
    }
    for (int i = 0; i < RANGE; i++) {
      CLIPPED[i] = (byte) Math.max(0, Math.min(255, i - LEVELS));
    }
  }

  private Ycc() {}

  /** Changes [pixels, (Y, Cb, Cr)] to [pixels, (R, G, B)] in place. */
  static void toRgb(byte[] p) {
    for (int i = 0; i + 2 < p.length; i += 3) {
      int y = p[i] & 0xff;
      int cb = p[i + 1] & 0xff;
      int cr = p[i + 2] & 0xff;
      p[i] = CLIPPED[y + RED[cr]];
      p[i + 1] = CLIPPED[y + ((GREEN_CB[cb] + GREEN_CR[cr]) >> 16)];
      p[i + 2] = CLIPPED[y + BLUE[cb]];
    }
  }
}
