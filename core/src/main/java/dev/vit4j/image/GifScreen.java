package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The screen of a GIF file and the place of its first frame on it. The file is a signature (6
 * bytes), width and height of the screen (2 bytes each, little-endian), flags, background and
 * aspect, the global color table, then blocks: "!" with a kind and parts of up to 255 bytes, or ","
 * with left, top, width and height of a frame, flags and a local color table.
 *
 * <p>As in Pillow, the screen grows to hold the frame. Around the frame it has the transparent
 * color of the frame, if there is one, else the first color of its table.
 *
 * @param width pixels of the screen
 * @param height pixels of the screen
 * @param left first column of the frame
 * @param top first row of the frame
 * @param rgb color around the frame
 */
record GifScreen(int width, int height, int left, int top, int rgb) {
  private static final int HEAD = 13;
  private static final int FRAME = 10;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int TABLE_FLAG = 0x80;
  private static final int BYTES_PER_PIXEL = 6; // the frame and the screen

  /** Decodes the frame. */
  @FunctionalInterface
  interface Frame {
    /** Returns the frame. */
    Image read(PictureLimits limits) throws IOException;
  }

  /**
   * Finds the first frame.
   *
   * @throws FormatException if there is none
   */
  static GifScreen of(byte[] bytes, String source) throws FormatException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = HEAD;
    if (bytes.length >= HEAD && (bytes[10] & TABLE_FLAG) != 0) {
      at += tableSize(bytes[10]);
    }
    int transparent = 0;
    while (at + FRAME <= bytes.length) {
      if (bytes[at] == ',') {
        return of(in, at, transparent);
      }
      if (bytes[at] == '!') {
        boolean control = (bytes[at + 1] & 0xff) == GRAPHIC_CONTROL && bytes[at + 2] >= 4;
        if (control && (bytes[at + 3] & 1) != 0) {
          transparent = bytes[at + 6] & 0xff;
        }
        at += 2;
        while (at < bytes.length && bytes[at] != 0) { // parts, which begin with their length
          at += 1 + (bytes[at] & 0xff);
        }
      }
      at++;
    }
    throw new FormatException(source, at, "truncated GIF: it contains no image");
  }

  private static GifScreen of(ByteBuffer in, int at, int color) {
    int left = unsigned(in, at + 1);
    int top = unsigned(in, at + 3);
    boolean local = (in.get(at + 9) & TABLE_FLAG) != 0;
    byte flags = in.get(local ? at + 9 : 10);
    int table = local ? at + FRAME : HEAD;
    int entry = table + 3 * color;
    boolean known =
        (flags & TABLE_FLAG) != 0 && 3 * color < tableSize(flags) && entry + 3 <= in.limit();
    int rgb =
        known
            ? (in.get(entry) & 0xff) << 16
                | (in.get(entry + 1) & 0xff) << 8
                | (in.get(entry + 2) & 0xff)
            : 0;
    return new GifScreen(
        Math.max(unsigned(in, 6), left + unsigned(in, at + 5)),
        Math.max(unsigned(in, 8), top + unsigned(in, at + 7)),
        left,
        top,
        rgb);
  }

  private static int tableSize(byte flags) {
    return 3 << ((flags & 7) + 1);
  }

  private static int unsigned(ByteBuffer in, int at) {
    return in.getShort(at) & 0xffff;
  }

  /** Decodes the frame and puts it on the screen. */
  Image show(Frame frame, PictureLimits limits) throws IOException {
    limits.check(width, height, BYTES_PER_PIXEL);
    Image image = frame.read(limits);
    if (image.width() == width && image.height() == height) {
      return image;
    }
    byte[] screen = new byte[Math.multiplyExact(width * height, 3)];
    for (int i = 0; i < screen.length; i++) {
      screen[i] = (byte) (rgb >> (16 - 8 * (i % 3)));
    }
    byte[] pixels = image.toRgb().pixels();
    int row = 3 * image.width();
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(pixels, y * row, screen, 3 * ((top + y) * width + left), row);
    }
    return new Image(width, height, 3, screen);
  }
}
