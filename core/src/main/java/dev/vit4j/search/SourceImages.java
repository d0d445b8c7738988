package dev.vit4j.search;

import dev.vit4j.data.source.FileTree;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.ResizeKeepRatio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Reads images by the names in a feature file or index: paths, also relative to its folders, and
 * {@code ARCHIVE!/ENTRY} for images in archives. Archives stay open. For one thread.
 */
public final class SourceImages {
  private static final String INSIDE = "!/";

  private final Set<Path> folders;
  private final Map<Path, FileTree> archives = new HashMap<>();

  /**
   * Creates a reader.
   *
   * @param folders where relative names are looked up after the current folder: {@link
   *     Searchable#folders}
   */
  public SourceImages(Set<Path> folders) {
    this.folders = Set.copyOf(folders);
  }

  /**
   * Reads an image.
   *
   * @throws IOException if it is missing or damaged, or the name is not that of a file
   */
  public Image read(String source) throws IOException {
    int inside = source.indexOf(INSIDE);
    Path path = path(inside < 0 ? source : source.substring(0, inside));
    if (inside < 0) {
      return Image.read(path);
    }
    FileTree archive = archives.get(path);
    if (archive == null) {
      archive = FileTree.of(path, note -> {});
      archives.put(path, archive);
    }
    String entry = source.substring(inside + INSIDE.length());
    if (!archive.files().contains(entry)) {
      throw new FormatException(source, -1, "no such file in the archive");
    }
    return archive.image(entry);
  }

  /**
   * Reads an image and makes it small.
   *
   * @param side largest side in pixels; smaller images keep their size
   * @throws IOException as {@link #read}
   */
  public Image thumbnail(String source, int side) throws IOException {
    Image image = read(source);
    return Math.max(image.height(), image.width()) <= side
        ? image
        : new ResizeKeepRatio(side, side, Interpolation.BICUBIC, 1)
            .apply(image, new SplittableRandom(0)); // unused
  }

  private Path path(String source) throws IOException {
    try {
      Path path = Path.of(source);
      if (Files.exists(path)) {
        return path;
      }
      for (Path folder : folders) {
        if (Files.exists(folder.resolve(path))) {
          return folder.resolve(path);
        }
      }
    } catch (InvalidPathException e) {
      // a name of another kind
    }
    throw new FormatException(source, -1, "no such file");
  }
}
