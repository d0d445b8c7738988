package dev.vit4j.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A jar of natives without what the application does not load: other libraries, headers, static
 * libraries, debug files. Entries keep their compressed bytes, sizes and times. JavaCPP compares
 * size and time with what it extracted from a jar of this name before, so a clone, an archive and a
 * library user share one copy.
 */
final class SlimJar {
  private SlimJar() {}

  /** Copies the given entries of a jar, and its manifest. */
  static void write(Path jar, Set<String> libraries, Path slim) throws IOException {
    try (ZipFile in = ZipFile.builder().setPath(jar).get();
        ZipArchiveOutputStream out = new ZipArchiveOutputStream(slim)) {
      List<ZipArchiveEntry> entries = Collections.list(in.getEntries());
      for (ZipArchiveEntry entry : entries) {
        if (libraries.contains(entry.getName()) || isDescription(entry.getName())) {
          out.addRawArchiveEntry(entry, in.getRawInputStream(entry));
        }
      }
    }
  }

  private static boolean isDescription(String name) {
    return name.equals("META-INF/MANIFEST.MF")
        || (name.startsWith("META-INF/maven/") && !name.endsWith("/"));
  }
}
