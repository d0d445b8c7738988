package dev.vit4j.image;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Converts a user's drawing or photo of one digit to MNIST's format (LeCun et al. 1998, and the
 * MNIST page): light strokes on black, scaled to fit a box with their aspect ratio preserved, with
 * the center of mass in the center of the canvas.
 *
 * <p>An image with a light border is assumed to have dark strokes on paper and is inverted.
 * Differences from the border below a tenth of the contrast, or below the border's own noise, are
 * background. An image without strokes gives a black canvas.
 *
 * @param canvas side of the result in pixels; 28 in MNIST
 * @param box maximum side of the strokes in pixels; 20 in MNIST
 */
public record DigitFrame(int canvas, int box) implements Transform {
  /** Gray levels of contrast below which an image is considered blank. */
  private static final int BLANK = 16;

  /** MNIST's sizes: 28 and 20. */
  public DigitFrame() {
    this(28, 20);
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException unless 1 &lt;= box &lt;= canvas
   */
  public DigitFrame {
    if (box < 1 || box > canvas) {
      throw new IllegalArgumentException(
          "DigitFrame needs 1 <= box <= canvas, not box " + box + " and canvas " + canvas);
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /**
   * Returns the framed digit; deterministic.
   *
   * @param image an image of one digit, of any size and any number of channels
   * @return [canvas, canvas, 1]; the strongest stroke has the value 255
   */
  public Image apply(Image image) {
    Image strokes = strokes(image.toGrey());
    int[] bounds = bounds(strokes);
    if (bounds.length == 0) {
      return new Image(canvas, canvas, 1, new byte[canvas * canvas]);
    }
    int height = bounds[1] - bounds[0];
    int width = bounds[3] - bounds[2];
    double scale = (double) box / Math.max(height, width);
    Image digit =
        new Resize(scaled(height, scale), scaled(width, scale), Interpolation.BILINEAR)
            .apply(Crop.of(strokes, bounds[0], bounds[2], height, width));
    return centred(stretched(digit));
  }

  /** Whether an image's border is light: dark strokes on paper, the opposite of MNIST's. */
  public static boolean isOnPaper(Image image) {
    int[] border = border(image.toGrey());
    return border[border.length / 2] > 127;
  }

  /** Light strokes on a zero background. */
  private static Image strokes(Image grey) {
    int[] border = border(grey);
    int paper = border[border.length / 2];
    boolean light = paper > 127;
    double grain = Arrays.stream(border).map(v -> Math.abs(v - paper)).average().orElse(0);
    byte[] in = grey.pixels();
    int[] ink = new int[in.length];
    int most = 0;
    for (int i = 0; i < in.length; i++) {
      int v = in[i] & 0xff;
      ink[i] = Math.max(0, light ? paper - v : v - paper);
      most = Math.max(most, ink[i]);
    }
    double floor = Math.max(most / 10.0, 4 * grain);
    byte[] out = new byte[in.length];
    if (most >= BLANK) {
      for (int i = 0; i < in.length; i++) {
        out[i] = (byte) (ink[i] > floor ? ink[i] : 0);
      }
    }
    return new Image(grey.width(), grey.height(), 1, out);
  }

  /** The border pixels, sorted. */
  private static int[] border(Image grey) {
    int width = grey.width();
    int height = grey.height();
    byte[] p = grey.pixels();
    int[] border = new int[2 * width + 2 * height];
    int n = 0;
    for (int x = 0; x < width; x++) {
      border[n++] = p[x] & 0xff;
      border[n++] = p[(height - 1) * width + x] & 0xff;
    }
    for (int y = 0; y < height; y++) {
      border[n++] = p[y * width] & 0xff;
      border[n++] = p[y * width + width - 1] & 0xff;
    }
    Arrays.sort(border);
    return border;
  }

  /**
   * Bounding box of the strokes: top, bottom, left, right; ends exclusive; empty without strokes.
   */
  private static int[] bounds(Image strokes) {
    int top = Integer.MAX_VALUE;
    int bottom = -1;
    int left = Integer.MAX_VALUE;
    int right = -1;
    for (int y = 0, i = 0; y < strokes.height(); y++) {
      for (int x = 0; x < strokes.width(); x++, i++) {
        if (strokes.pixels()[i] != 0) {
          top = Math.min(top, y);
          bottom = y;
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
      }
    }
    return bottom < 0 ? new int[0] : new int[] {top, bottom + 1, left, right + 1};
  }

  private static int scaled(int side, double scale) {
    return Math.max(1, (int) Math.round(side * scale));
  }

  /** Stretches values: thin strokes become weaker when downscaled, while MNIST's reach white. */
  private static Image stretched(Image digit) {
    byte[] in = digit.pixels();
    int most = 1;
    for (byte v : in) {
      most = Math.max(most, v & 0xff);
    }
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = (byte) Math.round((in[i] & 0xff) * 255.0 / most);
    }
    return new Image(digit.width(), digit.height(), 1, out);
  }

  private Image centred(Image digit) {
    double mass = 0;
    double rows = 0;
    double columns = 0;
    for (int y = 0, i = 0; y < digit.height(); y++) {
      for (int x = 0; x < digit.width(); x++, i++) {
        int v = digit.pixels()[i] & 0xff;
        mass += v;
        rows += v * y;
        columns += v * x;
      }
    }
    int top = offset(rows / mass, digit.height());
    int left = offset(columns / mass, digit.width());
    return Crop.of(digit, -top, -left, canvas, canvas);
  }

  /** Offset of the digit on the canvas, clamped so that it fits. */
  private int offset(double centre, int side) {
    // Pixel 14 of 28, not 13.5: measured, the mean center of MNIST's images is (13.99, 14.01).
    int middle = canvas / 2;
    int start = (int) Math.round(middle - centre);
    return Math.max(0, Math.min(canvas - side, start));
  }

  @Override
  public String toString() {
    return "DigitFrame(canvas=" + canvas + ", box=" + box + ")";
  }
}
