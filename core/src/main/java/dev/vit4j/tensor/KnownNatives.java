package dev.vit4j.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file with the paths of the native libraries that JavaCPP loaded at an earlier start. JavaCPP
 * looks for some forty libraries, most of them CUDA's, in every jar of the class path, which takes
 * as long as loading the dozen that exist.
 *
 * <p>For applications whose class path does not change while the file exists, such as {@code vit}:
 * other bindings of JavaCPP in the same process do not load their libraries any more.
 */
final class KnownNatives {
  /** System property with the path of the file; without it, nothing is remembered. */
  static final String FILE = "vit4j.natives";

  /** JavaCPP's property, which it reads whenever a class asks for its libraries. */
  private static final String BY_JAVACPP = "org.bytedeco.javacpp.loadlibraries";

  private KnownNatives() {}

  /** Returns the file, or null if there is to be none. */
  static @Nullable Path file() {
    String file = System.getProperty(FILE, "");
    return file.isEmpty() ? null : Path.of(file);
  }

  /** Loads the libraries, if the file exists and they are those that it names. */
  static boolean load(@Nullable Path file) {
    if (file == null || !Files.exists(file)) {
      return false;
    }
    try {
      List<Path> libraries = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        Path library = Path.of(line.substring(line.indexOf('/')));
        if (!line.equals(line(library))) {
          return false;
        }
        libraries.add(library);
      }
      if (libraries.isEmpty() || !loadAll(libraries)) {
        return false;
      }
      System.setProperty(BY_JAVACPP, "false");
      return true;
    } catch (IOException | RuntimeException e) {
      return false; // JavaCPP finds or extracts them
    }
  }

  /** Loads each library after those that it needs. */
  private static boolean loadAll(List<Path> libraries) {
    int before = libraries.size() + 1;
    while (!libraries.isEmpty() && libraries.size() < before) {
      before = libraries.size();
      for (Iterator<Path> each = libraries.iterator(); each.hasNext(); ) {
        if (isLoaded(each.next())) {
          each.remove();
        }
      }
    }
    return libraries.isEmpty();
  }

  /** Loads a library; false if it needs one that is not loaded yet. */
  private static boolean isLoaded(Path library) {
    try {
      System.load(library.toString());
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** Writes the file, for the next start. */
  static void save(@Nullable Path file, Collection<String> loaded) {
    if (file == null) {
      return;
    }
    try {
      List<String> lines = new ArrayList<>();
      for (String path : loaded.stream().sorted(order()).toList()) {
        lines.add(line(Path.of(path)));
      }
      Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "natives", ".tmp");
      Files.write(written, lines);
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      return; // the next start takes as long as this one
    }
  }

  /** JavaCPP's own library is needed by its bindings, and those need the rest. */
  private static Comparator<String> order() {
    return Comparator.comparing(
            (String path) -> path.contains("libjnijavacpp") ? 0 : path.contains("/libjni") ? 2 : 1)
        .thenComparing(Comparator.naturalOrder());
  }

  private static String line(Path library) throws IOException {
    return Files.size(library)
        + " "
        + Files.getLastModifiedTime(library).toMillis()
        + " "
        + library.toAbsolutePath();
  }
}
