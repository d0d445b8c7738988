package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Orientation;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Pillow's {@code transform(size, AFFINE, matrix)}: maps each output pixel to its source position.
 *
 * <p>The matrix (a, b, c, d, e, f) maps the center of an output pixel to the source: (a x + b y +
 * c, d x + e y + f). Pixels whose source is outside the image are filled. Arithmetic and order of
 * operations follow Pillow's Geometry.c, so the pixels are equal.
 */
final class Affine {
  private static final double FIXED = 65536;
  private static final double FIXED_LIMIT = 32768;

  private Affine() {}

  /** Transforms to an image of the same size, with {@code image.transform}'s matrix. */
  static Image transform(Image image, double[] matrix, Interpolation filter, byte[] fill) {
    return transform(image, matrix, image.width(), image.height(), filter, fill);
  }

  /**
   * Applies the transform.
   *
   * @param filter NEAREST, BILINEAR or BICUBIC (Keys' cubic with a = -1 here, as in Pillow)
   * @param fill one byte per channel
   * @throws IllegalArgumentException for any other filter
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
              "rotation and translation use nearest, bilinear or bicubic, not " + filter);
    }
    return new Image(width, height, channels, out);
  }

  /**
   * Pillow's {@code rotate}, about the center.
   *
   * @param degrees counter-clockwise
   * @param expand whether to enlarge the image to contain the whole rotated image
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

  /** Sets the matrix's translation to the image of (x, y). */
  private static void move(double[] m, double x, double y) {
    double c = m[0] * x + m[1] * y + m[2];
    m[5] = m[3] * x + m[4] * y + m[5];
    m[2] = c;
  }

  /** Number of pixels between the transformed corners on one axis. */
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
   * Returns the matrix of torchvision's {@code affine}: the inverse of rotation (clockwise
   * degrees), scale, shear (degrees) and translation (pixels) about a center.
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
    // Accumulated sums instead of products, as in Pillow, for equal rounding.
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

  /** Whether all coordinates fit 16.16 fixed point. */
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

  /** Converts to 16.16 fixed point, stored in doubles, which represent such integers exactly. */
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

  /** Interpolates between pixels of an image whose edges are repeated. */
  private static final class Lookup {
    private static final int MARGIN = 2; // pixels that the cubic filter reads beyond the edge

    private final int[] in; // [height + 2 margins, width + 2 margins, channels]
    private final int channels;
    private final int stride;

    Lookup(Image image) {
      channels = image.channels();
      int width = image.width() + 2 * MARGIN;
      int height = image.height() + 2 * MARGIN;
      stride = width * channels;
      in = new int[Math.multiplyExact(stride, height)];
      byte[] pixels = image.pixels();
      for (int y = 0, o = 0; y < height; y++) {
        int row = Math.max(0, Math.min(y - MARGIN, image.height() - 1)) * image.width();
        for (int x = 0; x < width; x++) {
          int column = Math.max(0, Math.min(x - MARGIN, image.width() - 1));
          int i = (row + column) * channels;
          for (int c = 0; c < channels; c++) {
            in[o++] = pixels[i + c] & 0xff;
          }
        }
      }
    }

    private int at(int x, int y) {
      return (y + MARGIN) * stride + (x + MARGIN) * channels;
    }

    void linear(double x, double y, byte[] out, int o) {
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      double dx = x - left;
      double dy = y - top;
      int i = at(left, top);
      for (int c = 0; c < channels; c++, i++) {
        double v = in[i] + (in[i + channels] - in[i]) * dx;
        if (dy != 0) {
          int j = i + stride;
          v = v + (in[j] + (in[j + channels] - in[j]) * dx - v) * dy;
        }
        out[o + c] = (byte) (int) v;
      }
    }

    void cubic(double x, double y, byte[] out, int o) {
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      double dx = x - left;
      double dy = y - top;
      int i = at(left, top);
      for (int c = 0; c < channels; c++, i++) {
        double v;
        if (dy == 0) { // shear or shift along the rows
          v = between(i, channels, dx);
        } else if (dx == 0) { // along the columns
          v = between(i, stride, dy);
        } else {
          double above = between(i - stride, channels, dx);
          double here = between(i, channels, dx);
          double below = between(i + stride, channels, dx);
          double last = between(i + 2 * stride, channels, dx);
          double p2 = -above + below;
          double p3 = 2 * (above - here) + below - last;
          double p4 = -above + here - below + last;
          v = here + dy * (p2 + dy * (p3 + dy * p4));
        }
        int level = (int) v;
        out[o + c] = (byte) (level < 0 ? 0 : level > 255 ? 255 : level);
      }
    }

    /** Cubic through four values a step apart, at a fraction of the step after the second. */
    private double between(int second, int step, double d) {
      int v0 = in[second - step];
      int v1 = in[second];
      int v2 = in[second + step];
      int v3 = in[second + 2 * step];
      double p3 = 2 * (v0 - v1) + v2 - v3;
      double p4 = -v0 + v1 - v2 + v3;
      return v1 + d * (v2 - v0 + d * (p3 + d * p4));
    }
  }
}
