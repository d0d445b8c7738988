package dev.vit4j.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** PNG files made by hand, chunk by chunk. */
public final class PngBytes {
  private PngBytes() {}

  /**
   * A file of any bit depth and color type.
   *
   * @param colorType 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA
   * @param samples one value per sample, row by row
   * @param palette red, green, blue per entry; none for no palette
   */
  public static byte[] of(
      int width, int height, int depth, int colorType, int[] samples, int... palette) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(8).putLong(0x89504E470D0A1A0AL).array());
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colorType);
    chunk(out, "IHDR", header.array());
    if (palette.length > 0) {
      byte[] entries = new byte[palette.length];
      for (int i = 0; i < palette.length; i++) {
        entries[i] = (byte) palette[i];
      }
      chunk(out, "PLTE", entries);
    }
    chunk(out, "IDAT", deflated(packed(samples, height, depth)));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  /** A gray mask of 8 bits. */
  public static byte[] gray(int width, int height, int... values) {
    return of(width, height, 8, 0, values);
  }

  /** Rows of packed samples, each with filter type 0 before it. */
  private static byte[] packed(int[] samples, int height, int depth) {
    int inRow = samples.length / height;
    int stride = (inRow * depth + 7) / 8;
    byte[] rows = new byte[height * (1 + stride)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < inRow; x++) {
        int bit = x * depth;
        int at = y * (1 + stride) + 1 + bit / 8;
        int value = samples[y * inRow + x];
        if (depth == 16) {
          rows[at] = (byte) (value >> 8);
          rows[at + 1] = (byte) value;
        } else {
          rows[at] |= (byte) (value << (8 - depth - bit % 8));
        }
      }
    }
    return rows;
  }

  private static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[bytes.length + 64];
    int length = deflater.deflate(out);
    deflater.end();
    return ByteBuffer.allocate(length).put(out, 0, length).array();
  }

  private static void chunk(ByteArrayOutputStream out, String name, byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.ISO_8859_1));
    crc.update(data);
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
    chunk.put(name.getBytes(StandardCharsets.ISO_8859_1)).put(data).putInt((int) crc.getValue());
    out.writeBytes(chunk.array());
  }
}
