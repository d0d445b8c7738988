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
import java.util.SplittableRandom;

/**
 * Reads images by the names in a feature file: paths, also relative to the folder of the feature
 * file, and {@code ARCHIVE!/ENTRY} for images in archives. Archives stay open. For one thread.
 */
public final class SourceImages {
  private static final String INSIDE = "!/";

  private final Path folder;
  private final Map<Path, FileTree> archives = new HashMap<>();

  /** Creates a reader for the names in a feature file. */
  public SourceImages(Path features) {
    this.folder = features.toAbsolutePath().resolveSibling("");
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
      Path beside = folder.resolve(path);
      if (Files.exists(path) || Files.exists(beside)) {
        return Files.exists(path) ? path : beside;
      }
    } catch (InvalidPathException e) {
      // a name of another kind
    }
    throw new FormatException(source, -1, "no such file");
  }
}
