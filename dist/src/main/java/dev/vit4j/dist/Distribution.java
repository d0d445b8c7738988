package dev.vit4j.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Builds the archives of all platforms, on any of them: {@code mvn -Pdist package}. Each has the
 * launcher, the jars, the natives that the application loads, the manual page, completion scripts
 * and licenses.
 */
public final class Distribution {
  /** The platforms for which libtorch's binding has natives. */
  private static final List<String> PLATFORMS =
      List.of("linux-x86_64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private final Path root;
  private final Path target;
  private final String version;
  private final Packing packing;
  private final Jars jars;

  private Distribution(Path root, String version, Instant time) throws IOException {
    this.root = root;
    this.target = root.resolve("dist/target");
    this.version = version;
    this.packing = new Packing(time);
    this.jars = new Jars(target.resolve("classpath"), time);
  }

  /**
   * Writes the archives to {@code dist/target}.
   *
   * @param args folder of the project, version, time of all entries (ISO 8601)
   */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Distribution distribution =
        new Distribution(Path.of(args[0]), args[1], Instant.parse(args[2]));
    for (String platform : PLATFORMS) {
      distribution.build(platform);
    }
  }

  private void build(String platform) throws IOException, ReflectiveOperationException {
    boolean windows = platform.startsWith("windows");
    String name = "vit4j-" + version + "-" + platform;
    Path folder = target.resolve(name);
    Folders.delete(folder);
    jars.write(platform, Files.createDirectories(folder.resolve("lib")));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    if (windows) {
      text(root.resolve("vit.cmd"), bin.resolve("vit.cmd"), "\r\n");
    } else {
      text(root.resolve("vit"), bin.resolve("vit"), "\n");
    }
    for (String file : List.of("LICENSE", "NOTICE")) {
      text(root.resolve(file), folder.resolve(file), "\n");
    }
    Path archive = target.resolve(name + (windows ? ".zip" : ".tar.gz"));
    packing.write(folder, archive);
    System.out.printf("%s: %.1f MB%n", archive, Files.size(archive) / 1e6);
  }

  /** Copies a text file, with these line ends whatever those of the checkout are. */
  private static void text(Path from, Path to, String lineEnd) throws IOException {
    String text = Files.readString(from, StandardCharsets.UTF_8).replace("\r\n", "\n");
    Files.writeString(to, text.replace("\n", lineEnd));
  }
}
