package dev.vit4j;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that this process has open, as Linux lists them. */
public final class OpenFiles {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private OpenFiles() {}

  /** Returns the open files below a folder, also the deleted ones; none on other systems. */
  public static List<String> below(Path folder) throws IOException {
    List<String> open = new ArrayList<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return open;
    }
    String prefix = folder.toRealPath() + "/";
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : all) {
        try {
          String file = Files.readSymbolicLink(descriptor).toString();
          if (file.startsWith(prefix)) {
            open.add(file);
          }
        } catch (NoSuchFileException e) {
          // Closed meanwhile, as is the listing's own descriptor.
        }
      }
    }
    return open;
  }
}
