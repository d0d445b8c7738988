package dev.vit4j.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The licenses of what an archive contains: {@code THIRD-PARTY.md} names each library, and the
 * texts lie beside it, as far as the jars have them.
 */
final class Licenses {
  private static final Pattern TEXT =
      Pattern.compile("(META-INF/([^/]+/)?)?(LICENSE|NOTICE)[^/]*|.*/licenses/[^/]+/[^/]+");

  private final String table;

  /**
   * Reads the table.
   *
   * @param thirdParty has a line {@code | `jar without version` | … |} for each library
   */
  Licenses(Path thirdParty) throws IOException {
    this.table = Files.readString(thirdParty, StandardCharsets.UTF_8);
  }

  /**
   * Copies the texts of these jars.
   *
   * @param folder gets a folder for each jar that has some
   * @throws IOException if the table does not name a jar
   */
  void copy(List<Path> jars, Path folder) throws IOException {
    for (Path jar : jars) {
      String name = library(jar);
      if (!name.startsWith("vit4j-") && !table.contains("`" + name + "`")) {
        throw new IOException(
            "dist/src/main/archive/THIRD-PARTY.md does not name " + name + ": add its license");
      }
      if (!name.startsWith("vit4j-")) {
        texts(jar, folder.resolve(name));
      }
    }
  }

  /** Returns the name of a jar's file without version and platform. */
  private static String library(Path jar) {
    return jar.getFileName().toString().replaceFirst("-\\d.*", "").replaceFirst("\\.jar$", "");
  }

  private static void texts(Path jar, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream()
              .filter(entry -> !entry.isDirectory() && TEXT.matcher(entry.getName()).matches())
              .toList();
      for (ZipEntry entry : entries) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        Files.createDirectories(folder);
        try (InputStream in = zip.getInputStream(entry)) {
          Files.write(folder.resolve(name), in.readAllBytes());
        }
      }
    }
  }
}
