package dev.vit4j.cli;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a verb is told to write: never over another. */
final class NewFile {
  private NewFile() {}

  /**
   * Refuses a file that is there.
   *
   * @throws FileAlreadyExistsException if it is
   */
  static void require(Path file) throws FileAlreadyExistsException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }
}
