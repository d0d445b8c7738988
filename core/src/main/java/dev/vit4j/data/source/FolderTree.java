package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The files below a folder; links to files and folders are followed, except for cycles. */
final class FolderTree implements FileTree {
  private final Path root;
  private final TreeMap<String, Path> files = new TreeMap<>(PYTHON_ORDER);
  private final NavigableSet<String> folders = new TreeSet<>(PYTHON_ORDER);
  private final Map<Path, String> names = new HashMap<>(); // of the folders

  private FolderTree(Path root) {
    this.root = root;
  }

  static FolderTree of(Path root, Consumer<String> notes) throws IOException {
    FolderTree tree = new FolderTree(root);
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            if (dir.equals(root)) {
              return FileVisitResult.CONTINUE;
            }
            tree.folders.add(tree.name(dir));
            tree.names.put(dir, tree.name(dir));
            return FileTree.isHidden(dir.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            tree.files.put(tree.name(file), file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
              notes.accept(file + ": skipped, a link to a folder that contains it");
              return FileVisitResult.CONTINUE;
            }
            throw FormatException.unreadable(file, e);
          }
        });
    return tree;
  }

  /** Lists only the files of a folder itself, without subfolders. */
  static FolderTree flat(Path root) throws IOException {
    FolderTree tree = new FolderTree(root);
    try (Stream<Path> entries = Files.list(root)) {
      entries.filter(Files::isRegularFile).forEach(f -> tree.files.put(tree.name(f), f));
    } catch (IOException e) {
      throw FormatException.unreadable(root, e);
    }
    return tree;
  }

  /** Does not list a folder, for files whose names are known. */
  static FolderTree unlisted(Path root) {
    return new FolderTree(root);
  }

  private String name(Path path) {
    String parent = names.get(path.getParent());
    return (parent == null ? "" : parent + "/") + NativeNames.of(path);
  }

  /** Returns the path of a file. */
  Path path(String file) {
    Path listed = files.get(file);
    return listed == null ? NativeNames.resolve(root, file) : listed;
  }

  @Override
  public NavigableSet<String> files() {
    return files.navigableKeySet();
  }

  @Override
  public NavigableSet<String> folders() {
    return folders;
  }

  @Override
  public String root() {
    return root.toString().isEmpty() ? "." : root.toString();
  }

  @Override
  public String where(String file) {
    return root.toString().isEmpty() ? file : root + File.separator + file;
  }

  @Override
  public long size(String file) throws IOException {
    return Files.size(path(file));
  }

  @Override
  public InputStream open(String file) throws IOException {
    return Files.newInputStream(path(file));
  }

  @Override
  public Image image(String file) throws IOException {
    return Image.read(path(file));
  }
}
