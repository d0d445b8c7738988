package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A byte range of a file that holds one record, stored or deflated.
 *
 * @param position offset of its first byte in the file
 * @param packed number of bytes in the file
 * @param size number of bytes after inflating; equal to {@code packed} if stored
 * @param crc CRC-32 of the inflated bytes
 */
record FilePart(long position, long packed, long size, boolean deflated, long crc) {
  /** A stored record, with unknown CRC-32. */
  static FilePart stored(long position, long size) {
    return new FilePart(position, size, size, false, 0);
  }

  /**
   * Returns its bytes: a view of the file, or inflated into memory.
   *
   * @throws FormatException if they are damaged or do not have the announced size
   */
  ByteBuffer read(MappedFile file) throws IOException {
    ByteBuffer raw = file.slice(position, packed);
    if (!deflated) {
      return raw;
    }
    ByteBuffer out = inflate(file, raw, size);
    if (crc(out) != crc) {
      throw damaged(file, "CRC-32 does not match");
    }
    return out;
  }

  /** Returns the first bytes, at most {@code most}. */
  ByteBuffer head(MappedFile file, long most) throws IOException {
    long length = Math.min(most, size);
    if (!deflated) {
      return file.slice(position, length);
    }
    return inflate(file, file.slice(position, packed), length);
  }

  static long crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.duplicate());
    return crc.getValue();
  }

  FormatException damaged(MappedFile file, String reason) {
    return new FormatException(file.source(), position, "damaged zip record: " + reason);
  }

  private ByteBuffer inflate(MappedFile file, ByteBuffer raw, long length) throws IOException {
    if (length > Integer.MAX_VALUE) {
      throw damaged(file, "over 2 GiB");
    }
    Inflater inflater = new Inflater(true);
    try {
      byte[] out = new byte[(int) length];
      inflater.setInput(raw);
      int at = 0;
      while (at < out.length) {
        int n = inflater.inflate(out, at, out.length - at);
        if (n == 0) {
          throw damaged(file, "ends after %d of %d bytes".formatted(at, size));
        }
        at += n;
      }
      if (length == size && inflater.inflate(new byte[1]) != 0) {
        throw damaged(file, "is longer than its %d bytes".formatted(size));
      }
      return ByteBuffer.wrap(out).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    } catch (DataFormatException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    } finally {
      inflater.end();
    }
  }
}
