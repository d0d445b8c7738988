package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The size that a picture file says it has, from its first bytes alone. */
public final class DeclaredSize {
  private static final int PNG_WIDTH = 16; // in IHDR, the first chunk: width and height
  private static final int GIF_WIDTH = 6; // behind the signature: width and height

  private DeclaredSize() {}

  /**
   * Width times height.
   *
   * @param head the beginning of a PNG, JPEG or GIF file; what a JPEG says may stand far behind
   * @return pixels, 0 or more; 0 if the beginning does not say it
   */
  public static long pixels(byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head);
    if (PngChunks.matches(head)) {
      return head.length < PNG_WIDTH + 8
          ? 0
          : Integer.toUnsignedLong(in.getInt(PNG_WIDTH))
              * (in.getInt(PNG_WIDTH + 4) & Integer.MAX_VALUE);
    }
    if (head.length >= 2 && (in.getShort(0) & 0xffff) == 0xffd8) {
      return JpegHeader.of(head).pixels();
    }
    if (head.length >= GIF_WIDTH + 4 && head[0] == 'G') {
      in.order(ByteOrder.LITTLE_ENDIAN);
      return (long) (in.getShort(GIF_WIDTH) & 0xffff) * (in.getShort(GIF_WIDTH + 2) & 0xffff);
    }
    return 0;
  }
}
