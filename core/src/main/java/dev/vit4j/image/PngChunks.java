package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The structure of a PNG file: an 8-byte signature, then chunks of length (4 bytes, big-endian),
 * name (4 letters), data and CRC-32 of name and data; IHDR first, IEND last (RFC 2083).
 */
final class PngChunks {
  private static final int SIGNATURE = 8;
  private static final int FRAME = 12; // length, name and checksum
  private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "IDAT", "IEND");

  private final byte[] pixelFile;
  private final int orientation;

  private PngChunks(byte[] pixelFile, int orientation) {
    this.pixelFile = pixelFile;
    this.orientation = orientation;
  }

  static boolean matches(byte[] bytes) {
    return bytes.length >= SIGNATURE && ByteBuffer.wrap(bytes).getLong() == 0x89504E470D0A1A0AL;
  }

  /**
   * Returns the file without the chunks that do not affect pixels.
   *
   * <p>Pillow ignores profiles, gamma and transparency too; dropping compressed text chunks also
   * prevents decompression bombs.
   */
  byte[] pixelFile() {
    return pixelFile;
  }

  /** EXIF orientation, 1 to 8. */
  int orientation() {
    return orientation;
  }

  /**
   * Parses the chunks. The JDK does not verify checksums, so this does.
   *
   * @throws FormatException if a chunk is truncated, damaged or missing
   */
  static PngChunks of(byte[] bytes, String source) throws FormatException {
    int orientation = 1;
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
      } else if (name.equals("eXIf")) {
        orientation = Exif.orientation(ByteBuffer.wrap(bytes).slice(at + 8, length));
      }
      at += length + FRAME;
      if (name.equals("IEND")) {
        return new PngChunks(out.toByteArray(), orientation);
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
