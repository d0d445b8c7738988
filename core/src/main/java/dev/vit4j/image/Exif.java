package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The EXIF block of a photo, a TIFF file without pixels: byte order ("II" or "MM"), 42, the offset
 * of a directory; a directory is a count (2 bytes) of entries with tag, type (2 bytes each), count
 * and value (4 bytes each). A value of more than 4 bytes is elsewhere, at the offset in its place.
 */
final class Exif {
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int ENTRY = 12;

  private Exif() {}

  /**
   * Returns the orientation in the first directory of a TIFF block. As in Pillow, it may have any
   * type of integers but bytes, or be a fraction with an integer value; the first of several values
   * counts.
   *
   * @return 0 if there is none, or the block is damaged before it; -1 for a value that is no
   *     integer from 1 to 255
   */
  static int orientation(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return 0;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return 0;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + ENTRY * i;
      if (entry + ENTRY > tiff.limit()) {
        return 0;
      }
      if ((tiff.getShort(entry) & 0xffff) == ORIENTATION_TAG) {
        return value(tiff, entry);
      }
    }
    return 0;
  }

  private static int value(ByteBuffer tiff, int entry) {
    int type = tiff.getShort(entry + 2) & 0xffff;
    long count = tiff.getInt(entry + 4) & 0xffffffffL;
    int size = size(type);
    if (count == 0) {
      return 0;
    }
    if (size == 0) {
      return -1;
    }
    long at = size * count <= 4 ? entry + 8 : tiff.getInt(entry + 8) & 0xffffffffL;
    return at + size > tiff.limit() ? 0 : value(tiff, (int) at, type);
  }

  /** Bytes of a number of a type; 0 for types that are none, or bytes. */
  private static int size(int type) {
    return switch (type) {
      case 6 -> 1; // SBYTE
      case 3, 8 -> 2; // SHORT, SSHORT
      case 4, 9, 13 -> 4; // LONG, SLONG, IFD
      case 5, 10, 16 -> 8; // RATIONAL, SRATIONAL, LONG8
      default -> 0;
    };
  }

  private static int value(ByteBuffer tiff, int at, int type) {
    long value =
        switch (type) {
          case 6 -> tiff.get(at);
          case 3, 8 -> tiff.getShort(at);
          case 4, 9, 13 -> tiff.getInt(at);
          case 16 -> tiff.getLong(at);
          default -> quotient(tiff.getInt(at), tiff.getInt(at + 4));
        };
    return value >= 1 && value <= 255 ? (int) value : -1;
  }

  private static long quotient(int numerator, int denominator) {
    return denominator == 0 || numerator % denominator != 0 ? -1 : numerator / denominator;
  }
}
