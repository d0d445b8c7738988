package dev.vit4j.dist;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/** The jars of the application: those of Maven's class path, with the natives of one platform. */
final class Jars {
  private static final String APPLICATION = "vit4j-cli.jar";
  private static final Pattern NATIVES =
      Pattern.compile(".*-((?:linux|macosx|windows)-(?:x86_64|arm64))\\.jar");

  private final List<Path> classPath = new ArrayList<>();
  private final LocalDateTime time;

  /**
   * Reads the class path.
   *
   * @param file what Maven wrote
   * @param time of the entries of the application's jar
   */
  Jars(Path file, Instant time) throws IOException {
    this.time = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    for (String path : Files.readString(file).strip().split(File.pathSeparator, -1)) {
      classPath.add(Path.of(path));
    }
  }

  /** Returns JavaCPP's names of the platforms whose natives there are, sorted. */
  Set<String> platforms() {
    Set<String> platforms = new TreeSet<>();
    classPath.forEach(jar -> platforms.add(platform(jar)));
    platforms.remove("");
    return platforms;
  }

  /** Returns the jars of a platform, except for the application's own one. */
  List<Path> of(String platform) {
    return classPath.stream()
        .filter(jar -> !jar.endsWith(APPLICATION))
        .filter(jar -> Set.of("", platform).contains(platform(jar)))
        .toList();
  }

  /** Writes the jars of a platform into a folder. */
  void write(String platform, Path lib) throws IOException, ReflectiveOperationException {
    Set<String> libraries = NativeLibraries.of(platform);
    List<String> names = new ArrayList<>();
    for (Path jar : of(platform)) {
      String name = jar.getFileName().toString();
      names.add(name);
      if (!platform(jar).isEmpty()) {
        SlimJar.write(jar, libraries, lib.resolve(name));
      } else if (name.startsWith("vit4j-")) {
        copy(jar, lib.resolve(name), "");
      } else {
        Files.copy(jar, lib.resolve(name));
      }
    }
    Path application =
        classPath.stream()
            .filter(jar -> jar.endsWith(APPLICATION))
            .findFirst()
            .orElseThrow(() -> new IOException("the class path has no " + APPLICATION));
    copy(application, lib.resolve(APPLICATION), String.join(" ", names));
  }

  private static String platform(Path jar) {
    Matcher natives = NATIVES.matcher(jar.getFileName().toString());
    return natives.matches() ? natives.group(1) : "";
  }

  /**
   * Copies one of our own jars without the permissions of its files, which follow the umask of the
   * build.
   *
   * @param names the other jars, for the manifest; empty for a manifest as it is
   */
  private void copy(Path jar, Path to, String names) throws IOException {
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar));
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
      Manifest manifest = in.getManifest();
      if (!names.isEmpty()) {
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, names);
      }
      put(out, JarFile.MANIFEST_NAME);
      manifest.write(out);
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        put(out, entry.getName());
        in.transferTo(out);
      }
    }
  }

  private void put(JarOutputStream out, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(time);
    out.putNextEntry(entry);
  }
}
