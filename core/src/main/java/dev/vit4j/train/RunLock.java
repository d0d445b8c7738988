package dev.vit4j.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Exclusive lock on a run folder, so that only one process writes to it. Released when the process
 * ends.
 *
 * @param file open lock file; closing it releases the lock
 */
record RunLock(FileChannel file) implements AutoCloseable {
  private static final String NAME = ".lock";

  /**
   * Acquires the lock.
   *
   * @throws IOException if the lock is held, or the folder cannot be written
   */
  static RunLock take(Path run) throws IOException {
    FileChannel file =
        FileChannel.open(run.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isFree(file)) {
      file.close();
      throw new IOException(
          run + " is already being trained by another process: wait for it, or stop it first");
    }
    return new RunLock(file);
  }

  private static boolean isFree(FileChannel file) {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process
    } catch (IOException e) {
      return true; // some network file systems have no locks
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
