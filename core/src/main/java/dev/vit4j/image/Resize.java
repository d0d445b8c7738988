package dev.vit4j.image;

/**
 * Resizes to a fixed size, with Pillow's results (torchvision's {@code Resize} on a PIL image).
 *
 * <p>For downscaling, the filter is scaled too (antialias).
 *
 * @param height height of the result in pixels
 * @param width width of the result in pixels
 * @param interpolation resampling filter
 */
public record Resize(int height, int width, Interpolation interpolation) implements Resizing {
  /** Pixels between the two passes that are kept as 32-bit numbers, which is faster. */
  private static final int MOST_AT_ONCE = 1 << 19;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public Resize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Resize needs sides of at least 1 pixel, not " + height + " x " + width);
    }
  }

  @Override
  public Resize of(int height, int width) {
    return this;
  }

  @Override
  public Image apply(Image image) {
    if (interpolation == Interpolation.NEAREST) {
      return nearest(image);
    }
    if (isVerticalFirst(image.height(), image.width())) {
      return rows(columns(image));
    }
    boolean both = image.height() != height && image.width() != width;
    if (both && (long) image.height() * width <= MOST_AT_ONCE) {
      Resampler down = new Resampler(image.height(), height, interpolation);
      return new Resampler(image.width(), width, interpolation).rowsAndColumns(image, down);
    }
    return columns(rows(image));
  }

  /** Returns the center crop of the resized image, of which it computes no more. */
  @Override
  public Image apply(Image image, CenterCrop crop) {
    if (interpolation == Interpolation.NEAREST || crop.height() > height || crop.width() > width) {
      return crop.apply(apply(image));
    }
    int fromHeight = image.height();
    int fromWidth = image.width();
    Resampler down =
        new Resampler(fromHeight, height, interpolation, crop.top(height), crop.height());
    Resampler across =
        new Resampler(fromWidth, width, interpolation, crop.left(width), crop.width());
    Image used = Crop.of(image, down.begin(), across.begin(), down.length(), across.length());
    return isVerticalFirst(fromHeight, fromWidth)
        ? across.rows(down.columns(used))
        : down.columns(across.rows(used));
  }

  /**
   * The order of the passes, which affects the rounding to 8 bits between them: Pillow 13 starts
   * with the vertical pass if the height shrinks by more than twice as many pixels as the width.
   * Older versions never do, which then differs by one level.
   */
  private boolean isVerticalFirst(int fromHeight, int fromWidth) {
    return fromHeight - height > Math.max(0, 2L * (fromWidth - width));
  }

  /** Whether the resize starts with the horizontal pass, which can run row by row. */
  boolean beginsWithRows(int fromHeight, int fromWidth) {
    return interpolation != Interpolation.NEAREST
        && fromWidth != width
        && !isVerticalFirst(fromHeight, fromWidth);
  }

  private Image rows(Image image) {
    return image.width() == width
        ? image
        : new Resampler(image.width(), width, interpolation).rows(image);
  }

  /** The pass after {@link #rows}. */
  Image columns(Image image) {
    return image.height() == height
        ? image
        : new Resampler(image.height(), height, interpolation).columns(image);
  }

  /**
   * Creates a resize whose sides were computed from the image's aspect ratio.
   *
   * @throws IllegalArgumentException if the result would exceed {@link Image#maxPixels()}
   */
  static Resize limited(
      int fromHeight, int fromWidth, double height, double width, Interpolation interpolation) {
    if (height * width > Image.maxPixels()) {
      throw new IllegalArgumentException(
          "an image of %d x %d pixels (width x height) is too thin: resized with its aspect ratio it would have %.0f x %.0f, the limit is %d pixels"
              .formatted(fromWidth, fromHeight, width, height, Image.maxPixels()));
    }
    return new Resize((int) height, (int) width, interpolation);
  }

  private Image nearest(Image image) {
    int[] column = centres(image.width(), width);
    int[] row = centres(image.height(), height);
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    int o = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = (row[y] * image.width() + column[x]) * channels;
        for (int c = 0; c < channels; c++) {
          out[o++] = in[i + c];
        }
      }
    }
    return new Image(width, height, channels, out);
  }

  /** Source pixels at the centers of the output pixels, accumulated step by step as in Pillow. */
  private static int[] centres(int in, int out) {
    double scale = (double) in / out;
    int[] at = new int[out];
    double centre = scale * 0.5;
    for (int i = 0; i < out; i++) {
      at[i] = Math.min((int) centre, in - 1);
      centre += scale;
    }
    return at;
  }

  @Override
  public String toString() {
    return "Resize(size=[%d, %d], interpolation=%s, max_size=None, antialias=True)"
        .formatted(height, width, interpolation);
  }
}
