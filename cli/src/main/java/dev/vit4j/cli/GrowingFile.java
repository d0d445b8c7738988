package dev.vit4j.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A text file that grows under a name of its own, {@code FILE.part}, and gets its name when it is
 * complete. What an interrupted run left stays there, whole up to the last addition.
 */
final class GrowingFile implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final BufferedWriter lines;

  /** Goes on with what is there. */
  GrowingFile(Path file) throws IOException {
    this.file = file;
    this.part = part(file);
    this.lines =
        Files.newBufferedWriter(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    StopOnSignal.say("interrupted; " + part + " keeps what was done, --resume goes on with it");
  }

  /** Where a file is while it grows. */
  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /**
   * Refuses to begin a file that is there, or of which an interrupted run left something.
   *
   * @param resume whether that is to go on
   */
  static void require(Path file, boolean resume) throws IOException {
    NewFile.require(file);
    if (!resume && Files.exists(part(file))) {
      throw new IOException(
          "%s is of an interrupted run: --resume goes on with it, or delete it"
              .formatted(part(file)));
    }
  }

  /** Adds lines, of which a kill keeps all or, at most, cuts the last. */
  void add(String text) throws IOException {
    lines.write(text);
    lines.write('\n');
    lines.flush();
  }

  void keep() throws IOException {
    lines.close();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets it, complete or not, unless it has its name. */
  void delete() throws IOException {
    Files.deleteIfExists(part);
  }

  @Override
  public void close() throws IOException {
    StopOnSignal.say(null);
    lines.close();
  }
}
