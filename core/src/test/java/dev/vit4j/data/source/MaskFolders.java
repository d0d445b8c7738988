package dev.vit4j.data.source;

import dev.vit4j.image.PngBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Tiny images with their masks, in folders and archives. */
final class MaskFolders {
  private MaskFolders() {}

  /** An image of 2 x 2 pixels and its mask. */
  static void sample(Path root, String image, String mask, int... values) throws IOException {
    image(root.resolve(image));
    write(root.resolve(mask), PngBytes.gray(2, 2, values));
  }

  static void image(Path file) throws IOException {
    write(file, PngBytes.of(2, 2, 8, 2, new int[12]));
  }

  static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  static void text(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(lines));
  }

  /** All files below a folder, in a zip archive. */
  static Path zip(Path folder, Path archive) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      for (Path file : files(folder)) {
        zip.putArchiveEntry(new ZipArchiveEntry(name(folder, file)));
        zip.write(Files.readAllBytes(file));
        zip.closeArchiveEntry();
      }
    }
    return archive;
  }

  /** All files below a folder, in a tar archive. */
  static Path tar(Path folder, Path archive) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      for (Path file : files(folder)) {
        byte[] content = Files.readAllBytes(file);
        TarArchiveEntry entry = new TarArchiveEntry(name(folder, file));
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return archive;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }
}
