package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The EXIF block of a photo, a TIFF file without pixels: byte order ("II" or "MM"), 42, the offset
 * of a directory; a directory is a count (2 bytes) of entries with tag, type (2 bytes each), count
 * and value (4 bytes each).
 */
final class Exif {
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int SHORT = 3;

  private Exif() {}

  /** Returns the orientation in the first directory of a TIFF block; 1 if the block is damaged. */
  static int orientation(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return 1;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (entry + 12 > tiff.limit()) {
        return 1;
      }
      if ((tiff.getShort(entry) & 0xffff) == ORIENTATION_TAG && tiff.getShort(entry + 2) == SHORT) {
        int value = tiff.getShort(entry + 8) & 0xffff;
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }
}
