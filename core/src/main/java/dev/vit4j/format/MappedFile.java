package dev.vit4j.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped into memory on demand, so that large files are not held in memory twice. Views are
 * valid after {@link #close} too.
 */
final class MappedFile implements AutoCloseable {
  /** Files are mapped in windows of this size, since one mapping holds at most 2 GiB. */
  private static final long WINDOW = 1L << 30;

  /** Smaller files are read into memory, which is faster than mapping. */
  private static final int SMALL = 1 << 16;

  private final String source;
  private final FileChannel channel;
  private final long size;
  private ByteBuffer window;
  private long windowStart;

  private MappedFile(String source, FileChannel channel) throws IOException {
    this.source = source;
    this.channel = channel;
    this.size = channel.size();
    this.window = size <= SMALL ? head(SMALL).asReadOnlyBuffer() : ByteBuffer.allocate(0);
  }

  static MappedFile open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      String what = Files.isDirectory(file) ? "is a folder" : "is not a regular file";
      throw new FormatException(file.toString(), -1, what + ": name a weights file");
    }
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return new MappedFile(file.toString(), channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  String source() {
    return source;
  }

  long size() {
    return size;
  }

  /** Reads the first bytes, at most {@code most}; little-endian, not mapped. */
  ByteBuffer head(int most) throws IOException {
    ByteBuffer head =
        ByteBuffer.allocate((int) Math.min(most, size)).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (head.hasRemaining()) {
        if (channel.read(head, head.position()) < 0) {
          throw new EOFException();
        }
      }
    } catch (IOException e) {
      throw FormatException.unreadable(Path.of(source), e);
    }
    return head.flip();
  }

  /**
   * Returns a read-only, little-endian view of a byte range of the file.
   *
   * @throws FormatException if the range exceeds the file or 2 GiB
   */
  synchronized ByteBuffer slice(long begin, long length) throws IOException {
    if (begin < 0 || length < 0 || length > size - begin) {
      throw new FormatException(
          source, begin, "truncated: %d bytes are announced there".formatted(length));
    }
    if (length > Integer.MAX_VALUE) {
      throw new FormatException(source, begin, "a part of %d bytes: over 2 GiB".formatted(length));
    }
    boolean inside = begin >= windowStart && begin + length <= windowStart + window.capacity();
    if (!inside) {
      // Fixed windows, so that reading backwards maps no more of them than reading forwards.
      long start = begin - begin % WINDOW;
      if (begin + length - start > WINDOW) {
        start = begin;
      }
      window = map(start, Math.min(size - start, Math.max(length, WINDOW)));
      windowStart = start;
    }
    return window.slice((int) (begin - windowStart), (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer map(long begin, long length) throws IOException {
    try {
      return channel.map(FileChannel.MapMode.READ_ONLY, begin, length);
    } catch (IOException e) {
      throw FormatException.unreadable(Path.of(source), e);
    }
  }

  /** Closes the file; the JVM unmaps it once no view is in use. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closing a file that was only read cannot lose data.
    }
  }
}
