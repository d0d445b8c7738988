package dev.vit4j.dist;

import dev.vit4j.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TimeZone;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Builds the archives to download, on any platform: {@code mvn -Pdist package}. Each has the
 * launcher, the jars, the natives that the application loads, the manual page, completion scripts
 * and licenses.
 */
public final class Distribution {
  /** Of the application: how its examples call it. */
  private static final String COMMAND = "vit4j.command";

  private final Path root;
  private final Path target;
  private final String version;
  private final Instant time;

  private Distribution(Path root, String version, Instant time) {
    this.root = root;
    this.target = root.resolve("dist/target");
    this.version = version;
    this.time = time;
  }

  /**
   * Writes archives to {@code dist/target}, for each platform whose natives are on the class path.
   *
   * @param args folder of the project, version, time of all entries (ISO 8601)
   */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    System.setProperty(COMMAND, "vit");
    TimeZone.setDefault(TimeZone.getTimeZone("UTC")); // zip entries have local times
    Distribution distribution = new Distribution(Path.of(args[0]), args[1], Instant.parse(args[2]));
    Jars jars = new Jars(distribution.target.resolve("classpath"), distribution.time);
    for (String platform : jars.platforms()) {
      distribution.build(platform, jars);
    }
  }

  private void build(String platform, Jars jars) throws IOException, ReflectiveOperationException {
    boolean windows = platform.startsWith("windows");
    String name = "vit4j-" + version + "-" + platform;
    Path folder = target.resolve(name);
    Folders.delete(folder);
    jars.write(platform, Files.createDirectories(folder.resolve("lib")));
    String launcher = windows ? "vit.cmd" : "vit";
    text(root.resolve(launcher), folder.resolve("bin").resolve(launcher), windows);
    for (String file : List.of("LICENSE", "NOTICE")) {
      text(root.resolve(file), folder.resolve(file), false);
    }
    copyAll(root.resolve("dist/src/main/archive"), folder);
    new Licenses(folder.resolve("THIRD-PARTY.md"))
        .copy(jars.of(platform), folder.resolve("licenses"));
    if (!windows) {
      share(folder.resolve("share"));
    }
    Path archive = target.resolve(name + (windows ? ".zip" : ".tar.gz"));
    new Packing(time).write(folder, archive);
    System.out.printf("%s: %.1f MB%n", archive, Files.size(archive) / 1e6);
  }

  /** Writes the manual page and the completion scripts where Unix looks for them. */
  private void share(Path share) throws IOException {
    String date = time.toString().substring(0, "2026-01-01".length());
    write(share.resolve("man/man1/vit.1"), ManPage.of(Main.commandLine(), version, date));
    write(share.resolve("bash-completion/completions/vit"), completion("bash"));
    write(share.resolve("zsh/site-functions/_vit"), completion("zsh"));
    write(share.resolve("fish/vendor_completions.d/vit.fish"), completion("fish"));
  }

  private static String completion(String shell) {
    StringWriter script = new StringWriter();
    CommandLine vit = Main.commandLine();
    vit.setOut(new PrintWriter(script));
    if (vit.execute("completion", shell) != 0) {
      throw new IllegalStateException("no completion of " + shell);
    }
    return script.toString();
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        text(file, to.resolve(from.relativize(file).toString()), false);
      }
    }
  }

  /** Copies a text file, with line ends that do not depend on the checkout. */
  private static void text(Path from, Path to, boolean windows) throws IOException {
    String text = Files.readString(from, StandardCharsets.UTF_8).replace("\r\n", "\n");
    Files.createDirectories(to.getParent());
    Files.writeString(to, windows ? text.replace("\n", "\r\n") : text);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.replace("\r\n", "\n"));
  }
}
