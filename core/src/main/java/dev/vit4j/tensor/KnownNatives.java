package dev.vit4j.tensor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Files with the paths of the native libraries that JavaCPP loaded at an earlier start, one for
 * each of its bindings that the application uses. JavaCPP looks for some forty libraries, most of
 * them CUDA's, in every jar of the class path, which takes as long as loading the dozen that exist.
 *
 * <p>For applications whose class path does not change while the files exist, such as {@code vit}:
 * bindings of JavaCPP that are not loaded here do not load their libraries any more.
 */
public final class KnownNatives {
  /** The binding of libtorch, whose file is the one that the property names. */
  static final String LIBTORCH = "pytorch";

  /** System property with the path of libtorch's file; without it, nothing is remembered. */
  static final String FILE = "vit4j.natives";

  /** JavaCPP's property, which it reads whenever a class asks for its libraries. */
  private static final String BY_JAVACPP = "org.bytedeco.javacpp.loadlibraries";

  private static final String LOCK = "vit4j.lock"; // in JavaCPP's folder

  private static boolean anyKnown; // whether libraries were loaded from a file

  private KnownNatives() {}

  /**
   * Loads the libraries of a binding, and configures JavaCPP's memory.
   *
   * @param binding last part of its package's name below {@code org.bytedeco}
   * @param search loads them with JavaCPP's {@code Loader}; not called if the binding's file names
   *     them
   */
  public static synchronized void load(String binding, Runnable search) {
    // By default, JavaCPP reads the process's memory use from the operating system at every
    // allocation and limits native memory to a quarter of the machine's.
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    Path file = file(binding);
    if (load(file)) {
      return;
    }
    search(search);
    save(
        file,
        Loader.getLoadedLibraries().values().stream()
            .filter(path -> serves(path, binding))
            .toList());
  }

  /** Loads libraries that are needed rarely and therefore not remembered. */
  static synchronized void search(Runnable search) {
    boolean stopped = anyKnown;
    if (stopped) {
      System.clearProperty(BY_JAVACPP);
    }
    try {
      inTurn(search);
    } finally {
      if (stopped) {
        System.setProperty(BY_JAVACPP, "false");
      }
    }
  }

  /**
   * Runs work while no other process does: JavaCPP may load what another process is extracting
   * (bytedeco/javacpp issue 608).
   */
  private static void inTurn(Runnable work) {
    try (FileChannel lock = lock()) { // closing it frees the lock
      work.run();
    } catch (IOException e) {
      return; // of closing
    }
  }

  /** Waits for the lock; returns null if the folder cannot be written, nor be extracted to. */
  private static @Nullable FileChannel lock() {
    try {
      Path file = Engine.natives().resolve(LOCK);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        channel.lock();
        return channel;
      } catch (IOException | OverlappingFileLockException e) {
        channel.close();
        return null; // the file system has no locks
      }
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether a library is the binding's or one that bindings share. */
  private static boolean serves(String path, String binding) {
    return Stream.of(binding, "openblas", "javacpp")
        .anyMatch(name -> path.contains("/org/bytedeco/" + name + "/"));
  }

  /** Returns the file of a binding, or null if there is to be none. */
  private static @Nullable Path file(String binding) {
    String file = System.getProperty(FILE, "");
    if (file.isEmpty()) {
      return null;
    }
    return Path.of(binding.equals(LIBTORCH) ? file : file + "." + binding);
  }

  /** Loads the libraries, if the file exists and they are those that it names. */
  private static boolean load(@Nullable Path file) {
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
      anyKnown = true;
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
  private static void save(@Nullable Path file, Collection<String> loaded) {
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
