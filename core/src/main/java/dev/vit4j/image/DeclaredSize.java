package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
  private static final int FIRST_TURNED = 5; // EXIF orientations from here on swap the sides

  /**
   * Reads the size.
   *
   * @param head the first bytes of a PNG, JPEG or GIF file; a JPEG may declare its size much later
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
    return UNKNOWN;
  }

  /** Width times height, 0 or more. */
  public long pixels() {
    return width * height;
  }
}
