package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The headers of a BMP file, little-endian: "BM", the file's length (4 bytes), 4 unused bytes, the
 * offset of the pixels (4); then a header with its own length (4) which, from 40 bytes on, has the
 * compression at byte 30 of the file and the length of the pixels at byte 34.
 */
final class BmpHeader {
  private static final int LENGTH_AT = 2;
  private static final int PIXELS_AT = 10;
  private static final int HEADER_AT = 14;
  private static final int COMPRESSION_AT = 30;
  private static final int PIXELS_LENGTH_AT = 34;
  private static final int WINDOWS_HEADER = 40;
  private static final int BIT_FIELDS = 3; // after none, 8-bit and 4-bit run lengths

  private BmpHeader() {}

  /**
   * Returns the file with corrected lengths, since the JDK's reader allocates memory for any length
   * in the header.
   *
   * @throws FormatException if the pixels start outside the file, or are an embedded JPEG or PNG
   */
  static byte[] checked(byte[] bytes, String source) throws FormatException {
    if (bytes.length < HEADER_AT + 12) {
      throw new FormatException(source, bytes.length, "truncated BMP: no complete header");
    }
    byte[] file = bytes.clone();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int pixels = in.getInt(PIXELS_AT);
    if (pixels < 0 || pixels > file.length) {
      throw new FormatException(
          source, PIXELS_AT, "truncated BMP: the pixels start beyond its end");
    }
    if (in.getInt(HEADER_AT) >= WINDOWS_HEADER && file.length >= HEADER_AT + WINDOWS_HEADER) {
      int compression = in.getInt(COMPRESSION_AT);
      if (compression < 0 || compression > BIT_FIELDS) {
        throw new FormatException(
            source, COMPRESSION_AT, "BMP of compression " + compression + " is not supported");
      }
      int most = file.length - pixels;
      int length = in.getInt(PIXELS_LENGTH_AT);
      in.putInt(PIXELS_LENGTH_AT, length < 0 || length > most ? most : length);
    }
    in.putInt(LENGTH_AT, file.length);
    return file;
  }
}
