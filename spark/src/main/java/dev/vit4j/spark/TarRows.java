package dev.vit4j.spark;

import dev.vit4j.image.Image;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive from its beginning to its end; each image is a row named {@code
 * shard.tar!/entry}. An archive that is damaged ends with a row that has the error.
 */
final class TarRows implements Iterator<Row> {
  private static final int BUFFER = 1 << 20; // bytes

  private final String tar;
  private final TarArchiveInputStream in;
  private @Nullable Row next;
  private boolean any; // whether there was an entry
  private boolean ended;

  /**
   * Opens an archive, which is closed with its last entry or with the task.
   *
   * @throws IOException if the file system cannot open it
   */
  TarRows(String tar, Configuration hadoop) throws IOException {
    this.tar = tar;
    Path path = new Path(tar);
    InputStream file = new BufferedInputStream(path.getFileSystem(hadoop).open(path), BUFFER);
    this.in = new TarArchiveInputStream(tar.endsWith("gz") ? new GZIPInputStream(file) : file);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener closing = done -> close();
      task.addTaskCompletionListener(closing);
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      next = read();
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = next;
    next = null;
    return Objects.requireNonNull(row);
  }

  /** Returns the next image; null at the end. */
  private @Nullable Row read() {
    try {
      for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        any = true;
        if (e.isFile() && FileList.hasEnding(e.getName(), Image.ENDINGS)) {
          return row(e);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      ended = true;
      return ImageFiles.refused(tar, "damaged tar: " + e.getMessage());
    }
    close();
    ended = true;
    return any ? null : ImageFiles.refused(tar, "is not a tar archive, or an empty one");
  }

  private Row row(TarArchiveEntry entry) throws IOException {
    String name = tar + "!/" + entry.getName();
    if (entry.getSize() > ImageFiles.MAX_BYTES) {
      return ImageFiles.refused(
          name, "is too large for an image: %d bytes".formatted(entry.getSize()));
    }
    byte[] content = in.readNBytes((int) entry.getSize());
    if (content.length < entry.getSize()) {
      throw new IOException("ends within " + entry.getName());
    }
    return RowFactory.create(name, content, null);
  }

  private void close() {
    try {
      in.close();
    } catch (IOException e) {
      return; // everything was read
    }
  }
}
