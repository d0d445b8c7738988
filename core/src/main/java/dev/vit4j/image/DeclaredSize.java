package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The size of an image as declared in the first bytes of its file.
 *
 * @param width pixels of the upright image; 0 if unknown
 * @param height pixels of the upright image; 0 if unknown
 */
public record DeclaredSize(long width, long height) {
  private static final DeclaredSize UNKNOWN = new DeclaredSize(0, 0);
  private static final int PNG_WIDTH = 16; // in IHDR, the first chunk: width and height
  private static final int GIF_WIDTH = 6; // after the signature: width and height
  private static final int BMP_HEADER = 14; // its length, then width and height
  private static final int BMP_WIDTH = 18;
  private static final int OLD_BMP_HEADER = 12; // bytes
  private static final int FIRST_DATA = 20; // of the first chunk of a WebP file
  private static final int LONGEST_HEAD = 30; // bytes
  private static final int FIRST_TURNED = 5; // EXIF orientations from here on swap the sides

  /**
   * Reads the size.
   *
   * @param head the first bytes of a PNG, JPEG, GIF, WebP or BMP file; a JPEG may declare its size
   *     much later. PNG, WebP and BMP are not turned upright
   */
  public static DeclaredSize of(byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head);
    if (PngChunks.matches(head)) {
      return head.length < PNG_WIDTH + 8
          ? UNKNOWN
          : new DeclaredSize(
              Integer.toUnsignedLong(in.getInt(PNG_WIDTH)),
              in.getInt(PNG_WIDTH + 4) & Integer.MAX_VALUE);
    }
    if (head.length >= 2 && (in.getShort(0) & 0xffff) == 0xffd8) {
      JpegHeader header = JpegHeader.of(head);
      return header.orientation() >= FIRST_TURNED
          ? new DeclaredSize(header.height(), header.width())
          : new DeclaredSize(header.width(), header.height());
    }
    if (head.length >= GIF_WIDTH + 4 && head[0] == 'G') {
      in.order(ByteOrder.LITTLE_ENDIAN);
      return new DeclaredSize(in.getShort(GIF_WIDTH) & 0xffff, in.getShort(GIF_WIDTH + 2) & 0xffff);
    }
    in.order(ByteOrder.LITTLE_ENDIAN);
    return head.length < LONGEST_HEAD ? UNKNOWN : head[0] == 'B' ? bmp(in) : webp(in, head);
  }

  /** A header of 12 bytes has 16-bit sides, all others 32-bit ones; a negative height is a flag. */
  private static DeclaredSize bmp(ByteBuffer in) {
    if (in.get(1) != 'M') {
      return UNKNOWN;
    }
    return in.getInt(BMP_HEADER) == OLD_BMP_HEADER
        ? new DeclaredSize(in.getShort(BMP_WIDTH) & 0xffff, in.getShort(BMP_WIDTH + 2) & 0xffff)
        : new DeclaredSize(
            in.getInt(BMP_WIDTH) & Integer.MAX_VALUE, Math.abs((long) in.getInt(BMP_WIDTH + 4)));
  }

  /** The first chunk: the canvas of an extended file, or a lossy or lossless image. */
  private static DeclaredSize webp(ByteBuffer in, byte[] head) {
    String name = new String(head, 0, FIRST_DATA, StandardCharsets.ISO_8859_1);
    if (!name.startsWith("RIFF") || !name.startsWith("WEBP", 8)) {
      return UNKNOWN;
    }
    return switch (name.substring(12, 16)) {
      case "VP8X" ->
          new DeclaredSize(
              1 + (in.getInt(FIRST_DATA + 4) & 0xffffff), 1 + (in.getInt(FIRST_DATA + 6) >>> 8));
      case "VP8 " ->
          new DeclaredSize(
              in.getShort(FIRST_DATA + 6) & 0x3fff, in.getShort(FIRST_DATA + 8) & 0x3fff);
      case "VP8L" -> {
        int sides = in.getInt(FIRST_DATA + 1);
        yield new DeclaredSize(1 + (sides & 0x3fff), 1 + (sides >>> 14 & 0x3fff));
      }
      default -> UNKNOWN;
    };
  }

  /** Width times height, 0 or more. */
  public long pixels() {
    return width * height;
  }
}
