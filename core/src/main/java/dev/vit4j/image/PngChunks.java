package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The outer form of a PNG file: an 8-byte signature, then chunks of length (4 bytes, big-endian),
 * name (4 letters), data and CRC-32 of name and data; IHDR first, IEND last (RFC 2083).
 */
final class PngChunks {
  private static final int SIGNATURE = 8;
  private static final int FRAME = 12; // length, name and checksum
  private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "IDAT", "IEND");

  private PngChunks() {}

  static boolean matches(byte[] bytes) {
    return bytes.length >= SIGNATURE && ByteBuffer.wrap(bytes).getLong() == 0x89504E470D0A1A0AL;
  }

  /**
   * The file without all that does not make pixels.
   *
   * <p>Profiles, gamma and transparency are what Pillow ignores too, and a compressed text chunk
   * can then not blow up. The JDK checks no checksums, so that is done here.
   *
   * @throws FormatException if a chunk is cut off, damaged or missing
   */
  static byte[] pixelChunks(byte[] bytes, String source) throws FormatException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    out.write(bytes, 0, SIGNATURE);
    int at = SIGNATURE;
    while (at < bytes.length) {
      if (bytes.length - at < FRAME) {
        throw truncated(source, at);
      }
      ByteBuffer head = ByteBuffer.wrap(bytes, at, 8);
      int length = head.getInt();
      String name = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (at == SIGNATURE && !name.equals("IHDR")) {
        throw new FormatException(source, at, "damaged PNG: does not start with IHDR");
      }
      if (length < 0 || length > bytes.length - at - FRAME) {
        throw truncated(source, at);
      }
      if (KEPT.contains(name)) {
        checkCrc(bytes, at, length, name, source);
        out.write(bytes, at, length + FRAME);
      }
      at += length + FRAME;
      if (name.equals("IEND")) {
        return out.toByteArray();
      }
    }
    throw truncated(source, at);
  }

  private static void checkCrc(byte[] bytes, int at, int length, String name, String source)
      throws FormatException {
    CRC32 crc = new CRC32();
    crc.update(bytes, at + 4, length + 4);
    if ((int) crc.getValue() != ByteBuffer.wrap(bytes, at + 8 + length, 4).getInt()) {
      throw new FormatException(source, at, "damaged PNG: wrong checksum of chunk " + name);
    }
  }

  private static FormatException truncated(String source, int at) {
    return new FormatException(source, at, "truncated PNG: no complete chunk here");
  }
}
