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
 * Rows of numbers that come one after another and are needed together in the end, such as a tensor
 * [N, D] to be written: kept in a temporary file of the system's, not in memory.
 */
public final class FloatRows implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long count;

  /**
   * Begins without rows.
   *
   * @throws IOException if the folder of temporary files cannot be written
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
   * Adds a row.
   *
   * @throws IOException in one line if the disk is full, or the rows are more than the 2 GiB that a
   *     tensor of a file can have
   */
  public void add(float[] row) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    try {
      if (channel.size() + bytes.remaining() > Integer.MAX_VALUE) {
        throw new IOException("more than 2 GiB of numbers: take fewer pictures");
      }
      while (bytes.hasRemaining()) {
        channel.write(bytes, channel.size());
      }
    } catch (IOException e) {
      throw new IOException(file + ": cannot be written: " + FormatException.words(e), e);
    }
    count++;
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /**
   * All of them, f32 little-endian, row after row: a view that stays valid after {@link #close}.
   */
  public ByteBuffer data() throws IOException {
    return channel
        .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Removes the file. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
