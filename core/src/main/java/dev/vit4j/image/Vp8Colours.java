package dev.vit4j.image;

/**
 * Converts VP8's luma and chroma to RGB as libwebp does: chroma is interpolated between the four
 * surrounding samples, and the conversion is ITU-R 601 with limited range, in fixed point.
 */
final class Vp8Colours {
  private final Vp8Plane luma;
  private final Vp8Plane[] chroma;
  private final int width;
  private final int height;

  Vp8Colours(Vp8Plane[] planes, int width, int height) {
    this.luma = planes[0];
    this.chroma = new Vp8Plane[] {planes[1], planes[2]};
    this.width = width;
    this.height = height;
  }

  Image toRgb() {
    byte[] out = new byte[3 * width * height];
    int o = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int light = mult(luma.get(luma.at(x, y)), 19077);
        int u = between(chroma[0], x, y);
        int v = between(chroma[1], x, y);
        out[o++] = level(light + mult(v, 26149) - 14234);
        out[o++] = level(light - mult(u, 6419) - mult(v, 13320) + 8708);
        out[o++] = level(light + mult(u, 33050) - 17685);
      }
    }
    return new Image(width, height, 3, out);
  }

  /** 9, 3, 3 and 1 sixteenths of the surrounding samples, rounded in libwebp's two steps. */
  private int between(Vp8Plane p, int x, int y) {
    int row = y >> 1;
    int lastRow = (height - 1) >> 1;
    int beside = Math.max(0, Math.min(lastRow, (y & 1) == 0 ? row - 1 : row + 1));
    int column = x >> 1;
    int side = (x & 1) == 0 ? column - 1 : column + 1;
    int own = p.get(p.at(column, row));
    int vertical = p.get(p.at(column, beside));
    if (side < 0 || side > (width - 1) >> 1) {
      return (3 * own + vertical + 2) >> 2;
    }
    int horizontal = p.get(p.at(side, row));
    int diagonal = p.get(p.at(side, beside));
    return (((own + 3 * (horizontal + vertical) + diagonal + 8) >> 3) + own) >> 1;
  }

  private static int mult(int v, int fraction) {
    return (v * fraction) >> 8;
  }

  private static byte level(int v) {
    return (byte) Math.max(0, Math.min(255, v >> 6));
  }
}
