package dev.vit4j.format;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Writes files atomically: to a temporary name in the same folder, fsync, atomic rename, fsync of
 * the folder. After a kill or power failure at any moment, the file has either its previous or its
 * new content, complete. This library writes all files this way.
 *
 * <p>The temporary name is {@code .NAME.PID-COUNT.tmp}. Temporary files of killed processes are
 * removed by the next write of the same file. For a symbolic link, its target is replaced.
 */
public final class AtomicFile {
  private static final AtomicLong COUNT = new AtomicLong();
  private static final int BUFFER = 1 << 16;

  private AtomicFile() {}

  /** Writes the content of one file. */
  @FunctionalInterface
  public interface Writer {
    /** Writes everything to {@code out}, which is buffered and need not be flushed or closed. */
    void write(OutputStream out) throws IOException;
  }

  /**
   * Replaces or creates {@code file}.
   *
   * @throws IOException one line naming the file, if the folder is missing, the path is not a
   *     regular file, permission is denied or the disk is full; the previous content is then
   *     unchanged and the temporary file removed
   */
  public static void write(Path file, Writer writer) throws IOException {
    try {
      replace(target(file), writer);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be written: " + FormatException.words(e), e);
    }
  }

  /** Replaces {@code file} by this text, in UTF-8. */
  public static void writeString(Path file, String text) throws IOException {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Path target(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("a folder with this name exists");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // Renaming over /dev/null would replace the device for all processes.
      throw new IOException("not a regular file");
    }
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("no such folder: " + folder);
    }
    return target;
  }

  private static void replace(Path target, Writer writer) throws IOException {
    Path folder = target.resolveSibling(".");
    removeLeftovers(folder, target.getFileName().toString());
    Path temporary =
        target.resolveSibling(
            "%s%d-%d.tmp"
                .formatted(
                    prefix(target.getFileName().toString()),
                    ProcessHandle.current().pid(),
                    COUNT.incrementAndGet()));
    Files.createFile(temporary);
    try {
      fill(temporary, writer);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(folder);
  }

  private static void fill(Path temporary, Writer writer) throws IOException {
    // Not a FileChannel: an interrupt (Ctrl-C while saving) would close it during a write.
    try (FileOutputStream file = new FileOutputStream(temporary.toFile());
        BufferedOutputStream out = new BufferedOutputStream(file, BUFFER)) {
      writer.write(out);
      out.flush();
      file.getFD().sync();
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    if (folder.getFileSystem().getSeparator().equals("\\")) {
      return; // Windows cannot open a folder; its renames are journaled
    }
    boolean interrupted = false;
    while (!force(folder)) {
      interrupted |= Thread.interrupted(); // folders need a channel: clear, retry, restore
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    }
  }

  private static void removeLeftovers(Path folder, String name) throws IOException {
    String prefix = prefix(name);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, f -> isLeftover(f.getFileName().toString(), prefix))) {
      for (Path leftover : files) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  private static boolean isLeftover(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      return false;
    }
    String rest = name.substring(prefix.length());
    return rest.matches("\\d{1,18}-\\d+\\.tmp")
        && ProcessHandle.of(Long.parseLong(rest.substring(0, rest.indexOf('-')))).isEmpty();
  }

  private static String prefix(String name) {
    return "." + name + ".";
  }

  /**
   * Checks that a folder is empty or does not exist.
   *
   * @throws IOException if it is a file or not empty
   */
  public static void requireEmptyFolder(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file: use another folder");
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new IOException(folder + " already exists and is not empty: use another folder");
        }
      }
    }
  }
}
