package dev.vit4j.dist;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Packs a folder into an archive that depends on its contents only: sorted entries, one time, no
 * owners, and permissions by name.
 *
 * @param time of every entry
 */
record Packing(Instant time) {
  private static final int EXECUTABLE = 0755;
  private static final int PLAIN = 0644;
  private static final int UNKNOWN_SYSTEM = 255;

  /** Writes a {@code .zip} or {@code .tar.gz} with the folder as its only top-level entry. */
  void write(Path folder, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      if (file.toString().endsWith(".zip")) {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
          addAll(folder, zip, this::zipEntry);
        }
      } else {
        try (TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GzipCompressorOutputStream(out, gzip()), "UTF-8")) {
          tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
          addAll(folder, tar, this::tarEntry);
        }
      }
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static GzipParameters gzip() {
    GzipParameters parameters = new GzipParameters();
    parameters.setOperatingSystem(UNKNOWN_SYSTEM);
    return parameters;
  }

  private interface Entries<E> {
    E of(Path file, String name) throws IOException;
  }

  private static <E extends ArchiveEntry> void addAll(
      Path folder, ArchiveOutputStream<E> out, Entries<E> entries) throws IOException {
    for (Path file : files(folder)) {
      String name = folder.getParent().relativize(file).toString().replace('\\', '/');
      out.putArchiveEntry(entries.of(file, Files.isDirectory(file) ? name + "/" : name));
      if (!Files.isDirectory(file)) {
        Files.copy(file, out);
      }
      out.closeArchiveEntry();
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  private static boolean isExecutable(String name) {
    return name.endsWith("/") || name.endsWith("/bin/vit");
  }

  private TarArchiveEntry tarEntry(Path file, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(Files.isDirectory(file) ? 0 : Files.size(file));
    entry.setMode(isExecutable(name) ? EXECUTABLE : PLAIN);
    entry.setLastModifiedTime(java.nio.file.attribute.FileTime.from(time));
    entry.setIds(0, 0);
    entry.setNames("", "");
    return entry;
  }

  private ZipArchiveEntry zipEntry(Path file, String name) {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    return entry;
  }
}
