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
 * The way of one file from the web to its name on the disk, which one process at a time goes.
 *
 * @param web who asks
 * @param file what is fetched
 * @param token for the server, or null
 * @param part its name while it is incomplete
 * @param whole its name when it is complete and checked
 * @param lock held meanwhile
 */
record OneFile(Web web, RemoteFile file, @Nullable String token, Path part, Path whole, Path lock) {
  /** Fetches it, unless another process has done so meanwhile. */
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
      throw new IOException("is being fetched by another thread of this process", e);
    }
  }
}
