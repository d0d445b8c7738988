package dev.vit4j.hub;

import dev.vit4j.web.Address;
import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.FileDownload;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Downloads one file to its final path, one process at a time.
 *
 * @param web the HTTP client
 * @param file the file to download
 * @param token for the server, or null
 * @param part path of the partial download
 * @param whole path of the complete, verified file
 * @param lock path of the lock file
 */
record OneFile(Web web, RemoteFile file, @Nullable String token, Path part, Path whole, Path lock) {
  /** Downloads the file, unless another process has done so in the meantime. */
  void fetch(DownloadProgress progress) throws IOException {
    Files.createDirectories(part.toAbsolutePath().getParent());
    Files.createDirectories(lock.toAbsolutePath().getParent());
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (held.isValid() && Files.isRegularFile(whole) && Files.size(whole) == file.bytes()) {
        return;
      }
      Address address = new Address(file.from(), token);
      new FileDownload(web, address, part, file.bytes(), file.checksum()).run(progress);
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    } catch (OverlappingFileLockException e) {
      throw new IOException("is being downloaded by another thread of this process", e);
    }
  }
}
