package dev.vit4j.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Exclusive lock on a folder, so that only one process writes to it. Released when the process
 * ends, however it ends.
 */
public final class FolderLock implements AutoCloseable {
  /** The lock file. */
  public static final String NAME = ".lock";

  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Acquires the lock.
   *
   * @param held message if another process, or this one, has it
   * @throws IOException if the lock is held, or the folder cannot be written
   */
  public static FolderLock take(Path folder, String held) throws IOException {
    FileChannel file =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isFree(file)) {
      file.close();
      throw new IOException(held);
    }
    return new FolderLock(file);
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
