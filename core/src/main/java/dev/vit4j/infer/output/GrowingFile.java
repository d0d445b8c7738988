package dev.vit4j.infer.output;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A text file that is appended to under the name {@code FILE.part} and renamed when it is complete.
 * An interrupted run leaves the partial file.
 */
public final class GrowingFile implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final BufferedWriter lines;

  /** Opens the partial file for appending. */
  GrowingFile(Path file) throws IOException {
    this.file = file;
    this.part = part(file);
    this.lines =
        Files.newBufferedWriter(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Returns the path of the partial file. */
  public static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /**
   * Rejects a file that exists, or whose partial file exists.
   *
   * @param resume whether to resume the partial file
   * @throws IOException if one of them exists
   */
  public static void require(Path file, boolean resume) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    if (!resume && Files.exists(part(file))) {
      throw new IOException(
          "%s is left from an interrupted run: continue with --resume, or delete it"
              .formatted(part(file)));
    }
  }

  /** Appends a line; after a kill the last line may be incomplete. */
  void add(String line) throws IOException {
    lines.write(line);
    lines.write('\n');
  }

  /** Flushes the lines to the operating system. */
  void flush() throws IOException {
    lines.flush();
  }

  /** Renames the complete file. */
  void keep() throws IOException {
    lines.close();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes the partial file. */
  void delete() throws IOException {
    Files.deleteIfExists(part);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
