package dev.vit4j.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Tells whether a file is still the one that was written. The quick check compares the size and a
 * checksum of 256 blocks of 4 KiB, which are spread evenly, with the first and the last block: it
 * finds every file of another size, and every change of at least a 255th of the file in a row. The
 * full check reads the file. Both find accidents, not intent.
 *
 * @param bytes size
 * @param sample CRC-32C of the blocks
 * @param all CRC-32C of the file
 */
public record FileCheck(long bytes, long sample, long all) {
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 256;
  private static final int BUFFER = 1 << 20;

  /** Reads a file. */
  public static FileCheck of(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      return new FileCheck(channel.size(), sample(channel), all(channel));
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /**
   * Makes the quick check.
   *
   * @throws FormatException if the file is missing or another one
   */
  public void requireQuick(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      if (channel.size() != bytes) {
        throw new FormatException(
            file.toString(),
            -1,
            "has %,d bytes instead of %,d: it was replaced or cut off"
                .formatted(channel.size(), bytes));
      }
      require(sample(channel) == sample, file);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /**
   * Makes both checks.
   *
   * @throws FormatException if the file is missing or another one
   */
  public void requireFull(Path file) throws IOException {
    requireQuick(file);
    try (FileChannel channel = open(file)) {
      require(all(channel) == all, file);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  private static void require(boolean same, Path file) throws FormatException {
    if (!same) {
      throw new FormatException(
          file.toString(), -1, "its content is not what was written: restore it from a copy");
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  private static long sample(FileChannel channel) throws IOException {
    CRC32C sum = new CRC32C();
    long last = Math.max(0, channel.size() - BLOCK);
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, channel.size()));
    for (int i = 0; i < BLOCKS; i++) {
      read(channel, last / (BLOCKS - 1) * i + last % (BLOCKS - 1) * i / (BLOCKS - 1), block);
      sum.update(block);
    }
    return sum.getValue();
  }

  private static void read(FileChannel channel, long from, ByteBuffer into) throws IOException {
    into.clear();
    while (into.hasRemaining()) {
      if (channel.read(into, from + into.position()) < 0) {
        throw new EOFException();
      }
    }
    into.flip();
  }

  private static long all(FileChannel channel) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    for (long at = 0; at < channel.size(); at += buffer.limit()) {
      buffer.clear();
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new EOFException();
      }
      buffer.flip();
      sum.update(buffer.duplicate());
    }
    return sum.getValue();
  }
}
