package dev.vit4j.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Opens zip archives. */
public final class ZipArchive {
  private ZipArchive() {}

  /**
   * Opens an archive and reads its central directory. If that fails, no file remains open: given a
   * path, {@link ZipFile} does not close the file of a damaged archive.
   *
   * @throws FormatException if the file cannot be read or is not a zip archive
   */
  public static ZipFile open(Path archive) throws FormatException {
    FileChannel channel;
    try {
      channel = FileChannel.open(archive, StandardOpenOption.READ);
    } catch (IOException e) {
      throw FormatException.unreadable(archive, e);
    }
    try {
      return ZipFile.builder().setSeekableByteChannel(channel).get();
    } catch (IOException | RuntimeException e) {
      FormatException damaged = damaged(archive, e);
      try {
        channel.close();
      } catch (IOException suppressed) {
        damaged.addSuppressed(suppressed);
      }
      throw damaged;
    }
  }

  /** Describes an exception of the library, which throws many kinds for malformed bytes. */
  static FormatException damaged(Path archive, Exception e) {
    FormatException damaged =
        new FormatException(archive.toString(), -1, "damaged zip archive: " + e.getMessage());
    damaged.initCause(e);
    return damaged;
  }
}
