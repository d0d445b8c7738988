package dev.vit4j.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to train in a run's folder. Two processes that wrote there at once would leave a mix of
 * both. It ends with its process, however that ends.
 *
 * @param file the open lock file; closing it gives the lock back
 */
record RunLock(FileChannel file) implements AutoCloseable {
  private static final String NAME = ".lock";

  /**
   * Takes it.
   *
   * @throws IOException if somebody has it, or the folder cannot be written
   */
  static RunLock take(Path run) throws IOException {
    FileChannel file =
        FileChannel.open(run.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isFree(file)) {
      file.close();
      throw new IOException(
          run + " is being trained already: let that training go on, or stop it first");
    }
    return new RunLock(file);
  }

  private static boolean isFree(FileChannel file) {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process
    } catch (IOException e) {
      return true; // some network disks have no locks: then there is nothing to ask
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
