package dev.vit4j.train;

import dev.vit4j.format.FolderLock;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Exclusive lock on a run folder, so that only one process writes to it. Released when the process
 * ends.
 */
record RunLock(FolderLock lock) implements AutoCloseable {
  /**
   * Acquires the lock.
   *
   * @throws IOException if the lock is held, or the folder cannot be written
   */
  static RunLock take(Path run) throws IOException {
    return new RunLock(
        FolderLock.take(
            run,
            run + " is already being trained by another process: wait for it, or stop it first"));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
