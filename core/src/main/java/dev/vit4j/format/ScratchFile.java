package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A temporary file for data that memory should not have to hold. The file system removes it when it
 * is closed or the process ends; after a kill it may remain, and {@link #removeLeftovers} removes
 * it.
 */
public final class ScratchFile implements AutoCloseable {
  private static final String PREFIX = ".vit4j-scratch-";

  private final Path file;
  private final FileChannel channel;

  /**
   * Creates an empty file.
   *
   * @throws IOException if the folder is not writable
   */
  public ScratchFile(Path folder) throws IOException {
    this.file = Files.createTempFile(folder, PREFIX, ".tmp");
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Deletes what killed processes left in a folder that no other process writes to. */
  public static void removeLeftovers(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path leftover : files) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  /**
   * Appends the remaining bytes of a buffer.
   *
   * @throws IOException in one line, if the disk is full
   */
  public void append(ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new IOException(file + ": cannot be written: " + FormatException.words(e), e);
    }
  }

  /**
   * All bytes, at most 2 GiB: a read-only little-endian view that is valid after {@link #close}
   * too.
   */
  public ByteBuffer data() throws IOException {
    return channel
        .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
