package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The compressed pixels of a PNG: a zlib stream of rows, each a filter byte and the samples; or, if
 * interlaced (Adam7), seven images of such rows, one after the other.
 */
final class PngPixels {
  private static final int IHDR = 16; // offset of width, height, bits, color type, …, interlace
  private static final int[][] ADAM7 = { // first column and row, and their steps
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private PngPixels() {}

  /**
   * Requires that a damaged file has all its pixels.
   *
   * @param file the file, whose IHDR is valid
   * @param compressed contents of its IDAT chunks
   * @param at offset of the damage
   * @param damage what it is
   * @throws FormatException with the damage, if pixels are missing or wrong
   */
  static void requireAll(
      byte[] file, byte[] compressed, PictureLimits limits, int at, String damage)
      throws FormatException {
    ByteBuffer header = ByteBuffer.wrap(file);
    limits.check(header.getInt(IHDR), header.getInt(IHDR + 4), 1);
    long missing = size(header);
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(compressed);
      byte[] block = new byte[1 << 16];
      int count = inflater.inflate(block);
      while (count > 0) {
        missing -= count;
        count = inflater.inflate(block);
      }
    } catch (DataFormatException e) {
      throw new FormatException(limits.source(), at, damage);
    } finally {
      inflater.end();
    }
    if (missing > 0) {
      throw new FormatException(limits.source(), at, damage);
    }
  }

  private static long size(ByteBuffer header) {
    int width = header.getInt(IHDR);
    int height = header.getInt(IHDR + 4);
    int bits = header.get(IHDR + 8) * samples(header.get(IHDR + 9));
    if (header.get(IHDR + 12) == 0) {
      return size(width, height, bits);
    }
    long size = 0;
    for (int[] pass : ADAM7) {
      int columns = (width - pass[0] + pass[2] - 1) / pass[2];
      int rows = (height - pass[1] + pass[3] - 1) / pass[3];
      size += columns < 1 || rows < 1 ? 0 : size(columns, rows, bits);
    }
    return size;
  }

  private static long size(long columns, long rows, int bits) {
    return rows * (1 + (columns * bits + 7) / 8);
  }

  /** Samples per pixel: RGB, gray and alpha, RGBA; gray and palettes have one. */
  private static int samples(int colorType) {
    return switch (colorType) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }
}
