package dev.vit4j.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Collects rows of numbers in a temporary file instead of memory, for output as one tensor [N, D].
 */
public final class FloatRows implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long count;

  /**
   * Creates an empty collection.
   *
   * @throws IOException if the temporary folder is not writable
   */
  public FloatRows() throws IOException {
    this.file = Files.createTempFile("vit4j-", ".rows");
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Appends a row.
   *
   * @throws IOException in one line if the disk is full, or the rows exceed 2 GiB, the largest
   *     tensor in a file
   */
  public void add(float[] row) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    try {
      if (channel.size() + bytes.remaining() > Integer.MAX_VALUE) {
        throw new IOException("more than 2 GiB of numbers: use fewer images");
      }
      while (bytes.hasRemaining()) {
        channel.write(bytes, channel.size());
      }
    } catch (IOException e) {
      throw new IOException(file + ": cannot be written: " + FormatException.words(e), e);
    }
    count++;
  }

  /** Number of rows. */
  public long count() {
    return count;
  }

  /** All rows as f32 little-endian, row-major: a view that is valid after {@link #close} too. */
  public ByteBuffer data() throws IOException {
    return channel
        .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Deletes the temporary file. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
