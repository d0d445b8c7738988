package dev.vit4j.image;

/** Applies EXIF orientations, as Pillow's {@code exif_transpose}. */
public final class Orientation {
  private Orientation() {}

  /** Rotates an image and its mask, as {@link #apply(Image, int)}. */
  public static ImageAndMask apply(ImageAndMask pair, int orientation) {
    return new ImageAndMask(apply(pair.image(), orientation), apply(pair.mask(), orientation));
  }

  /**
   * Returns the upright image.
   *
   * @param orientation 1 upright, 2 mirrored, 3 upside down, 4 flipped, 5 transposed, 6 rotate
   *     right, 7 transversed, 8 rotate left
   */
  public static Image apply(Image image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    boolean swap = orientation >= 5;
    // Whether the output starts at the right or bottom edge of the source.
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int width = swap ? image.height() : image.width();
    int height = swap ? image.width() : image.height();
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    // Steps in the source per output pixel and per output row.
    int across = (swap ? image.width() : 1) * channels;
    int down = (swap ? 1 : image.width()) * channels;
    int first = 0;
    if (fromRight) {
      first += (image.width() - 1) * channels;
    }
    if (fromBottom) {
      first += (image.height() - 1) * image.width() * channels;
    }
    across = (swap ? fromBottom : fromRight) ? -across : across;
    down = (swap ? fromRight : fromBottom) ? -down : down;
    int o = 0;
    for (int y = 0; y < height; y++, first += down) {
      for (int x = 0, i = first; x < width; x++, i += across) {
        for (int c = 0; c < channels; c++) {
          out[o++] = in[i + c];
        }
      }
    }
    return new Image(width, height, channels, out);
  }
}
