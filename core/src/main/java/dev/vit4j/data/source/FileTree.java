package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.MaskDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.Consumer;

/**
 * The files below a folder or in an archive, identified by relative paths with {@code /}. Reading
 * is thread-safe.
 */
public interface FileTree {
  /** Python's order of strings, by code points; Java orders them by UTF-16 units. */
  Comparator<String> PYTHON_ORDER = FileTree::comparePoints;

  /** Maximum size of a file. */
  int MAX_BYTES = 1 << 30;

  /** Returns the paths of all files, in {@link #PYTHON_ORDER}. */
  NavigableSet<String> files();

  /** Returns the paths of all folders except the root, in {@link #PYTHON_ORDER}. */
  NavigableSet<String> folders();

  /** Returns the paths of all files with the name of an image, in {@link #PYTHON_ORDER}. */
  default List<String> images() {
    return files().stream().filter(ImageFolder::isPicture).toList();
  }

  /** Returns the name of the tree for messages. */
  String root();

  /** Returns the name of a file for messages. */
  String where(String file);

  /** Returns the size of a file in bytes. */
  long size(String file) throws IOException;

  /** Opens a file for reading. */
  InputStream open(String file) throws IOException;

  /** Reads the content of a file, at most {@link #MAX_BYTES}. */
  default byte[] read(String file) throws IOException {
    long size = size(file);
    if (size > MAX_BYTES) {
      throw new FormatException(where(file), -1, "is too large: " + size + " bytes");
    }
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length < size || in.read() >= 0) {
        throw new FormatException(
            where(file), -1, "is shorter than the expected %d bytes".formatted(size));
      }
      return bytes;
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw new FormatException(where(file), -1, "cannot be read: " + e.getMessage());
    }
  }

  /** Decodes an image. */
  default Image image(String file) throws IOException {
    return Image.decode(read(file), where(file), Image.maxPixels());
  }

  /** Decodes a segmentation mask. */
  default Image mask(String file) throws IOException {
    return MaskDecoder.decode(read(file), where(file), Image.maxPixels());
  }

  /**
   * Opens a folder or an archive, which is recognized by its first bytes.
   *
   * @param notes receives messages about slow steps and skipped files
   * @throws FormatException if it is neither, damaged or malicious
   */
  static FileTree of(Path path, Consumer<String> notes) throws IOException {
    if (Files.isDirectory(path)) {
      return FolderTree.of(path, notes);
    }
    byte[] head = new byte[0];
    try (InputStream in = Files.newInputStream(path)) {
      head = in.readNBytes(TarTree.HEAD);
    } catch (IOException e) {
      throw FormatException.unreadable(path, e);
    }
    if (head.length > 3 && head[0] == 'P' && head[1] == 'K') {
      return ZipTree.of(path, notes);
    }
    if (head.length > 1 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
      return TarTree.of(Gunzip.tar(path, Datasets.cache().resolve("archives"), notes), path, notes);
    }
    if (TarTree.matches(head)) {
      return TarTree.of(path, path, notes);
    }
    throw new FormatException(
        path.toString(), -1, "is neither a folder nor a zip, tar or tar.gz archive");
  }

  /**
   * Returns the images below a folder that {@link Image} reads, in {@link #PYTHON_ORDER}; links are
   * followed, hidden files are passed over.
   *
   * @throws FormatException if a folder cannot be read
   */
  static List<Path> pictures(Path folder) throws IOException {
    FolderTree tree = FolderTree.of(folder, note -> {});
    return tree.images().stream().filter(ImageFolder::isReadable).map(tree::path).toList();
  }

  /** Returns the tree below a folder; the tree itself if {@code folder} is empty. */
  default FileTree below(String folder) {
    return folder.isEmpty() ? this : new SubTree(this, folder);
  }

  private static int comparePoints(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // A surrogate belongs to a code point above those of all other units.
        boolean bothOrNone = Character.isSurrogate(x) == Character.isSurrogate(y);
        return bothOrNone ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** Returns the last component of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns a path without its last component; empty at the top level. */
  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Returns the first component of a path. */
  static String top(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /** Returns whether a path has a component that is not data, such as .git or __MACOSX. */
  static boolean isHidden(String path) {
    for (String part : List.of(path.split("/", -1))) {
      if (part.startsWith(".") || part.equals("__MACOSX")) {
        return true;
      }
    }
    return false;
  }
}
