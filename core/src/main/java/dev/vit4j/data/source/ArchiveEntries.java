package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Validated entries of an archive by path. Entries are never unpacked to paths that they specify;
 * paths that leave the archive are rejected as malicious.
 *
 * @param <E> type of a file entry in the archive reader
 */
final class ArchiveEntries<E> {
  private static final int MOST = 20_000_000;

  private final String archive;
  private final NavigableSet<String> folders = new TreeSet<>(FileTree.PYTHON_ORDER);
  private final TreeMap<String, E> files = new TreeMap<>(FileTree.PYTHON_ORDER);

  ArchiveEntries(String archive) {
    this.archive = archive;
  }

  FormatException refused(String name, String reason) {
    return new FormatException(archive, -1, "entry '%s' %s".formatted(name, reason));
  }

  void folder(String name) throws FormatException {
    String path = checked(name);
    while (!path.isEmpty() && folders.add(path)) {
      path = FileTree.parent(path);
    }
  }

  void file(String name, E entry) throws FormatException {
    String path = checked(name);
    if (path.isEmpty() || files.put(path, entry) != null) {
      throw refused(name, path.isEmpty() ? "has no name" : "occurs twice");
    }
    if (files.size() > MOST) {
      throw new FormatException(archive, -1, "has more than " + MOST + " files");
    }
    String parent = FileTree.parent(path);
    if (!parent.isEmpty()) {
      folder(parent);
    }
  }

  private String checked(String name) throws FormatException {
    String path = name;
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    if (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.equals(".")) {
      return "";
    }
    boolean drive = path.length() > 1 && path.charAt(1) == ':';
    if (path.startsWith("/") || drive || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
      throw refused(name, "has an absolute path or invalid characters");
    }
    for (String part : path.split("/", -1)) {
      if (part.equals("..") || part.equals(".") || (part.isEmpty() && !path.isEmpty())) {
        throw refused(name, "has a path that leaves the archive or contains empty components");
      }
    }
    return path;
  }

  NavigableSet<String> folders() {
    return folders;
  }

  NavigableSet<String> files() {
    return files.navigableKeySet();
  }

  E get(String file) throws FormatException {
    E entry = files.get(file);
    if (entry == null) {
      throw new FormatException(archive, -1, "has no file " + file);
    }
    return entry;
  }
}
