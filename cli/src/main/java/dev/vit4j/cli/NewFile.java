package dev.vit4j.cli;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks output files: existing files are never overwritten. */
final class NewFile {
  private NewFile() {}

  /**
   * Rejects an existing file.
   *
   * @throws FileAlreadyExistsException if the file exists
   */
  static void require(Path file) throws FileAlreadyExistsException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }
}
