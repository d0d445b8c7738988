package dev.vit4j.image;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Pillow's {@code transform(size, AFFINE, matrix)}: each output pixel looks up where it comes from.
 *
 * <p>The matrix (a, b, c, d, e, f) takes the centre of an output pixel to the source: (a x + b y +
 * c, d x + e y + f). Pixels whose source lies outside are filled. The arithmetic, in its order of
 * operations, is that of Pillow's Geometry.c, so that the pixels are the same.
 */
final class Affine {
  private static final double FIXED = 65536;
  private static final double FIXED_LIMIT = 32768;

  private Affine() {}

  /** A picture of the same size, with {@code image.transform}'s matrix. */
  static Image transform(Image image, double[] matrix, Interpolation filter, byte[] fill) {
    return transform(image, matrix, image.width(), image.height(), filter, fill);
  }

  /**
   * Transforms.
   *
   * @param filter NEAREST, BILINEAR or BICUBIC (Keys' cubic with a = -1 here, as in Pillow)
   * @param fill one byte per channel
   * @throws IllegalArgumentException for another filter
   */
  static Image transform(
      Image image, double[] matrix, int width, int height, Interpolation filter, byte[] fill) {
    int channels = image.channels();
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    switch (filter) {
      case NEAREST -> nearest(image, matrix, width, height, fill, out);
      case BILINEAR, BICUBIC ->
          smooth(image, matrix, width, height, filter == Interpolation.BICUBIC, fill, out);
      default ->
          throw new IllegalArgumentException(
              "turning and moving use nearest, bilinear or bicubic, not " + filter);
    }
    return new Image(width, height, channels, out);
  }

  /**
   * Pillow's {@code rotate}, about the centre.
   *
   * @param degrees counter-clockwise
   * @param expand make the picture large enough to hold all
   */
  static Image rotate(
      Image image, double degrees, Interpolation filter, boolean expand, byte[] fill) {
    double angle = degrees % 360;
    angle = angle < 0 ? angle + 360 : angle;
    int w = image.width();
    int h = image.height();
    if (angle == 0 || angle == 180) {
      return Orientation.apply(image, angle == 0 ? 1 : 3);
    }
    if ((angle == 90 || angle == 270) && (expand || w == h)) {
      return Orientation.apply(image, angle == 90 ? 8 : 6);
    }
    double cos = round15(Math.cos(-Math.toRadians(angle)));
    double sin = round15(Math.sin(-Math.toRadians(angle)));
    double[] m = {cos, sin, 0, -sin, cos, 0};
    double cx = w / 2.0;
    double cy = h / 2.0;
    move(m, -cx, -cy);
    m[2] += cx;
    m[5] += cy;
    if (!expand) {
      return transform(image, m, w, h, filter, fill);
    }
    int width = extent(m[0], m[1], m[2], w, h);
    int height = extent(m[3], m[4], m[5], w, h);
    move(m, -(width - w) / 2.0, -(height - h) / 2.0);
    return transform(image, m, width, height, filter, fill);
  }

  /** Puts the image of (x, y) in the matrix's translation. */
  private static void move(double[] m, double x, double y) {
    double c = m[0] * x + m[1] * y + m[2];
    m[5] = m[3] * x + m[4] * y + m[5];
    m[2] = c;
  }

  /** Whole pixels between the outermost images of the four corners, on one axis. */
  private static int extent(double a, double b, double c, int w, int h) {
    double[] ends = {c, a * w + c, a * w + b * h + c, b * h + c};
    double least = Math.min(Math.min(ends[0], ends[1]), Math.min(ends[2], ends[3]));
    double most = Math.max(Math.max(ends[0], ends[1]), Math.max(ends[2], ends[3]));
    return (int) (Math.ceil(most) - Math.floor(least));
  }

  private static double round15(double x) {
    return new BigDecimal(x).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
  }

  /**
   * The matrix of torchvision's {@code affine}: the inverse of rotation (clockwise degrees), scale,
   * shear (degrees) and translation (pixels) about a centre.
   */
  static double[] torchvision(
      double cx,
      double cy,
      double degrees,
      double tx,
      double ty,
      double scale,
      double shearX,
      double shearY) {
    double rot = Math.toRadians(degrees);
    double sx = Math.toRadians(shearX);
    double sy = Math.toRadians(shearY);
    double a = Math.cos(rot - sy) / Math.cos(sy);
    double b = -Math.cos(rot - sy) * Math.tan(sx) / Math.cos(sy) - Math.sin(rot);
    double c = Math.sin(rot - sy) / Math.cos(sy);
    double d = -Math.sin(rot - sy) * Math.tan(sx) / Math.cos(sy) + Math.cos(rot);
    double[] m = {d / scale, -b / scale, 0, -c / scale, a / scale, 0};
    m[2] = m[0] * (-cx - tx) + m[1] * (-cy - ty) + cx;
    m[5] = m[3] * (-cx - tx) + m[4] * (-cy - ty) + cy;
    return m;
  }

  private static void nearest(
      Image image, double[] m, int width, int height, byte[] fill, byte[] out) {
    int channels = image.channels();
    byte[] in = image.pixels();
    boolean straight = m[1] == 0 && m[3] == 0;
    boolean fixed = !straight && fitsFixed(m, width, height);
    // Sums, not products, as Pillow: each step adds its rounding.
    double sx = m[2] + m[1] * 0.5 + m[0] * 0.5;
    double sy = m[5] + m[4] * 0.5 + m[3] * 0.5;
    double unit = fixed ? FIXED : 1;
    double[] s = fixed ? fixed(m) : m;
    if (fixed) {
      sx = fix(m[2] + m[0] * 0.5 + m[1] * 0.5);
      sy = fix(m[5] + m[3] * 0.5 + m[4] * 0.5);
    }
    int o = 0;
    for (int y = 0; y < height; y++) {
      double px = sx;
      double py = sy;
      for (int x = 0; x < width; x++) {
        int column = (int) Math.floor(px / unit);
        int row = (int) Math.floor(py / unit);
        boolean inside = column >= 0 && column < image.width() && row >= 0 && row < image.height();
        int i = inside ? (row * image.width() + column) * channels : 0;
        for (int c = 0; c < channels; c++) {
          out[o++] = inside ? in[i + c] : fill[c];
        }
        px += s[0];
        py += s[3];
      }
      sx += s[1];
      sy += s[4];
    }
  }

  /** Whether the whole picture stays within 16.16 fixed point. */
  private static boolean fitsFixed(double[] m, int width, int height) {
    for (int corner = 0; corner < 4; corner++) {
      int x = (corner & 1) * width;
      int y = (corner >> 1) * height;
      if (!(Math.abs(x * m[0] + y * m[1] + m[2]) < FIXED_LIMIT)
          || !(Math.abs(x * m[3] + y * m[4] + m[5]) < FIXED_LIMIT)) {
        return false;
      }
    }
    return true;
  }

  /** 16.16 fixed point, held in doubles, which are exact for such whole numbers. */
  private static double[] fixed(double[] m) {
    return new double[] {fix(m[0]), fix(m[1]), 0, fix(m[3]), fix(m[4]), 0};
  }

  private static double fix(double v) {
    return Math.floor(v * FIXED + 0.5);
  }

  private static void smooth(
      Image image, double[] m, int width, int height, boolean cubic, byte[] fill, byte[] out) {
    int channels = image.channels();
    Lookup lookup = new Lookup(image);
    int o = 0;
    for (int y = 0; y < height; y++) {
      double yin = y + 0.5;
      double bx = m[1] * yin;
      double by = m[4] * yin;
      for (int x = 0; x < width; x++, o += channels) {
        double xin = x + 0.5;
        double sx = m[0] * xin + bx + m[2];
        double sy = m[3] * xin + by + m[5];
        if (!(sx >= 0 && sx < image.width() && sy >= 0 && sy < image.height())) {
          for (int c = 0; c < channels; c++) {
            out[o + c] = fill[c];
          }
        } else if (cubic) {
          lookup.cubic(sx - 0.5, sy - 0.5, out, o);
        } else {
          lookup.linear(sx - 0.5, sy - 0.5, out, o);
        }
      }
    }
  }

  /** Values between the pixels of a picture whose edges go on outside. */
  private static final class Lookup {
    private final byte[] in;
    private final int channels;
    private final int stride;
    private final int lastColumn;
    private final int lastRow;

    Lookup(Image image) {
      in = image.pixels();
      channels = image.channels();
      stride = image.width() * channels;
      lastColumn = image.width() - 1;
      lastRow = image.height() - 1;
    }

    private int column(int x) {
      return Math.max(0, Math.min(x, lastColumn)) * channels;
    }

    private int row(int y) {
      return Math.max(0, Math.min(y, lastRow)) * stride;
    }

    void linear(double x, double y, byte[] out, int o) {
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      double dx = x - left;
      double dy = y - top;
      int a = column(left);
      int b = column(left + 1);
      int upper = row(top);
      int lower = row(top + 1);
      for (int c = 0; c < channels; c++) {
        double v = mix(in[upper + a + c] & 0xff, in[upper + b + c] & 0xff, dx);
        if (dy != 0) {
          v = v + (mix(in[lower + a + c] & 0xff, in[lower + b + c] & 0xff, dx) - v) * dy;
        }
        out[o + c] = (byte) (int) v;
      }
    }

    private static double mix(int a, int b, double d) {
      return a + (b - a) * d;
    }

    void cubic(double x, double y, byte[] out, int o) {
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      double dx = x - left;
      double dy = y - top;
      int c0 = column(left - 1);
      int c1 = column(left);
      int c2 = column(left + 1);
      int c3 = column(left + 2);
      int r1 = row(top);
      for (int c = 0; c < channels; c++) {
        double v = inRow(r1 + c, c0, c1, c2, c3, dx);
        if (dy != 0) { // a shear or a shift along the rows needs one row only
          double above = inRow(row(top - 1) + c, c0, c1, c2, c3, dx);
          double below = inRow(row(top + 1) + c, c0, c1, c2, c3, dx);
          double last = inRow(row(top + 2) + c, c0, c1, c2, c3, dx);
          v = cubic(above, v, below, last, dy);
        }
        out[o + c] = (byte) (int) Math.max(0, Math.min(255, v));
      }
    }

    private double inRow(int row, int c0, int c1, int c2, int c3, double d) {
      int v1 = in[row + c1] & 0xff;
      return d == 0
          ? v1
          : cubic(in[row + c0] & 0xff, v1, in[row + c2] & 0xff, in[row + c3] & 0xff, d);
    }

    private static double cubic(double v0, double v1, double v2, double v3, double d) {
      double p2 = -v0 + v2;
      double p3 = 2 * (v0 - v1) + v2 - v3;
      double p4 = -v0 + v1 - v2 + v3;
      return v1 + d * (p2 + d * (p3 + d * p4));
    }
  }
}
