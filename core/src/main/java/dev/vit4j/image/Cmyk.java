package dev.vit4j.image;

import java.awt.image.Raster;

/** Four-component JPEGs for printing, which the JDK reads as raw samples only. */
final class Cmyk {
  private static final int YCCK = 2;

  private Cmyk() {}

  /**
   * Converts as Pillow does: inks are stored inverted (Adobe's convention, which Pillow assumes),
   * so that a stored sample is the light that an ink transmits.
   *
   * @param stored 4 bands of 8 bits
   * @param adobeTransform 2 if the first three bands are luma and chroma
   */
  static Image toRgb(Raster stored, int adobeTransform) {
    int width = stored.getWidth();
    int height = stored.getHeight();
    byte[] out = new byte[Math.multiplyExact(width * height, 3)];
    int[] row = new int[width * 4];
    int o = 0;
    for (int y = 0; y < height; y++) {
      stored.getPixels(stored.getMinX(), stored.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += 4) {
        if (adobeTransform == YCCK) {
          toInvertedCmy(row, i);
        }
        int light = row[i + 3];
        for (int c = 0; c < 3; c++) {
          out[o++] = (byte) (light - scaled(255 - row[i + c], light));
        }
      }
    }
    return new Image(width, height, 3, out);
  }

  /** YCCK to stored CMY in libjpeg's 16-bit fixed point: the complement of YCbCr's RGB. */
  private static void toInvertedCmy(int[] p, int i) {
    int luma = p[i];
    int cb = p[i + 1] - 128;
    int cr = p[i + 2] - 128;
    p[i] = 255 - Ycc.clipped(luma + Ycc.red(cr));
    p[i + 1] = 255 - Ycc.clipped(luma + Ycc.green(cb, cr));
    p[i + 2] = 255 - Ycc.clipped(luma + Ycc.blue(cb));
  }

  /** a * b / 255, rounded. */
  private static int scaled(int a, int b) {
    int t = a * b + 128;
    return ((t >> 8) + t) >> 8;
  }
}
