package dev.vit4j.image;

/** Turning a photo upright by its EXIF orientation, as Pillow's {@code exif_transpose}. */
final class Orientation {
  private Orientation() {}

  /**
   * The upright picture.
   *
   * @param orientation 1 upright, 2 mirrored, 3 upside down, 4 flipped, 5 transposed, 6 to be
   *     turned right, 7 transversed, 8 to be turned left
   */
  static Image apply(Image image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    boolean swap = orientation >= 5;
    // Which ends of the source the first output row and column come from.
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int width = swap ? image.height() : image.width();
    int height = swap ? image.width() : image.height();
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    int o = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = swap ? y : x;
        int row = swap ? x : y;
        int sx = fromRight ? image.width() - 1 - column : column;
        int sy = fromBottom ? image.height() - 1 - row : row;
        int i = (sy * image.width() + sx) * channels;
        for (int c = 0; c < channels; c++) {
          out[o++] = in[i + c];
        }
      }
    }
    return new Image(width, height, channels, out);
  }
}
