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
 *
 * <p>As Pillow, this opens files that are damaged after their pixels, or whose checksums of IDAT or
 * IEND are wrong, if the pixels are all there.
 */
final class PngChunks {
  private static final int SIGNATURE = 8;
  private static final int FRAME = 12; // length, name and checksum
  private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "IDAT");
  private static final byte[] END = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, -126};

  private final byte[] bytes;
  private final String source;
  private final ByteArrayOutputStream kept;
  private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
  private final StoredOrientation orientation = new StoredOrientation();
  private String damage = ""; // what is wrong with the file, if its pixels may be right
  private int damagedAt;

  private PngChunks(byte[] bytes, String source) {
    this.bytes = bytes;
    this.source = source;
    this.kept = new ByteArrayOutputStream(bytes.length);
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
    return kept.toByteArray();
  }

  /** Orientation in the metadata, 1 to 8. */
  int orientation() {
    return orientation.value();
  }

  /**
   * Parses the chunks. The JDK does not verify checksums, so this does.
   *
   * @param limits checked before pixels of a damaged file are counted
   * @throws FormatException if a chunk that affects pixels is truncated, damaged or missing
   */
  static PngChunks of(byte[] bytes, PictureLimits limits) throws FormatException {
    PngChunks chunks = new PngChunks(bytes, limits.source());
    chunks.parse();
    chunks.kept.writeBytes(END);
    if (!chunks.damage.isEmpty()) {
      PngPixels.requireAll(
          bytes, chunks.pixels.toByteArray(), limits, chunks.damagedAt, chunks.damage);
      ImageRemarks.add(limits.source(), chunks.damage + ", but all its pixels are there");
    }
    return chunks;
  }

  private void parse() throws FormatException {
    kept.write(bytes, 0, SIGNATURE);
    boolean ended = false;
    int at = SIGNATURE;
    while (!ended) {
      int left = bytes.length - at;
      if (left < SIGNATURE) { // not even length and name
        damaged(at, "truncated PNG: no complete chunk here");
        return;
      }
      int length = ByteBuffer.wrap(bytes, at, 4).getInt();
      String name = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (at == SIGNATURE && !name.equals("IHDR")) {
        throw new FormatException(source, at, "damaged PNG: does not start with IHDR");
      }
      ended = name.equals("IEND");
      boolean complete = length >= 0 && length <= left - FRAME;
      if (complete) {
        take(name, at, length);
        at += length + FRAME;
      } else {
        if (name.equals("IDAT")) { // the rest may be enough
          keepPixels(at, Math.min(left - SIGNATURE, length < 0 ? 0 : length));
        }
        damaged(at, "truncated PNG: no complete chunk here");
        return;
      }
    }
  }

  private void take(String name, int at, int length) throws FormatException {
    int data = at + SIGNATURE;
    if (KEPT.contains(name) || name.equals("IEND")) {
      if (isWrong(at, length)) {
        damaged(at, "damaged PNG: wrong checksum of chunk " + name);
      }
    }
    if (name.equals("IDAT")) {
      keepPixels(at, length);
    } else if (KEPT.contains(name)) {
      kept.write(bytes, at, length + FRAME);
    } else if (name.equals("eXIf")) {
      orientation.exif(ByteBuffer.wrap(bytes).slice(data, length));
    } else {
      PngText.read(name, bytes, data, data + length, orientation);
    }
  }

  /** Keeps pixel data, which may end too early. */
  private void keepPixels(int at, int length) {
    pixels.write(bytes, at + SIGNATURE, length);
    kept.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    kept.write(bytes, at + 4, 4 + length);
    kept.writeBytes(new byte[4]); // a checksum, which the JDK does not read
  }

  private boolean isWrong(int at, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, at + 4, length + 4);
    return (int) crc.getValue() != ByteBuffer.wrap(bytes, at + 8 + length, 4).getInt();
  }

  /** Notes damage, which is fatal before the pixels. */
  private void damaged(int at, String what) throws FormatException {
    boolean before = what.endsWith("IHDR") || what.endsWith("PLTE") || pixels.size() == 0;
    if (before && !what.endsWith("IDAT")) {
      throw new FormatException(source, at, what);
    }
    if (damage.isEmpty()) {
      damage = what;
      damagedAt = at;
    }
  }
}
