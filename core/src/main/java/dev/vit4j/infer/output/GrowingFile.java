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
 * A text file that grows under a name of its own, {@code FILE.part}, and gets its name when it is
 * complete. What an interrupted run left stays there, whole up to the last addition.
 */
public final class GrowingFile implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final BufferedWriter lines;

  /** Opens the unfinished file, and appends to what is in it. */
  GrowingFile(Path file) throws IOException {
    this.file = file;
    this.part = part(file);
    this.lines =
        Files.newBufferedWriter(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Where a file is while it grows. */
  public static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /**
   * Refuses a file that exists, or of which an interrupted run left something.
   *
   * @param resume whether to go on with what is left
   * @throws IOException if it exists
   */
  public static void require(Path file, boolean resume) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    if (!resume && Files.exists(part(file))) {
      throw new IOException(
          "%s is of an interrupted run: --resume goes on with it, or delete it"
              .formatted(part(file)));
    }
  }

  /** Adds a line; after a kill the file ends with a whole line or a part of the last one. */
  void add(String line) throws IOException {
    lines.write(line);
    lines.write('\n');
  }

  /** Hands the lines added to the operating system. */
  void flush() throws IOException {
    lines.flush();
  }

  /** Gives the finished file its name. */
  void keep() throws IOException {
    lines.close();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes what is not finished. */
  void delete() throws IOException {
    Files.deleteIfExists(part);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
