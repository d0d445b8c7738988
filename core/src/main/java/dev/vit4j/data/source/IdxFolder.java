package dev.vit4j.data.source;

import dev.vit4j.data.ImageSet;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds and reads the four files of an MNIST-like data set in a folder. */
final class IdxFolder {
  private final RemoteSet source;
  private final Path root;

  IdxFolder(RemoteSet source, Path root) {
    this.source = source;
    this.root = root;
  }

  Splits open() throws IOException {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new FormatException(
          root.toString(), -1, "is a file, not a folder with the files of " + source.name());
    }
    Path folder = folder();
    return new Splits(part(folder, "train", 0), null, part(folder, "test", 2));
  }

  /** Returns the folder itself, or torchvision's subfolder. */
  private Path folder() throws IOException {
    List<Path> places =
        List.of(root, root.resolve(source.folder()).resolve("raw"), root.resolve("raw"));
    for (Path place : places) {
      for (RemoteSet.RemoteFile file : source.files()) {
        if (!candidates(place, file.name()).isEmpty()) {
          return place;
        }
      }
    }
    throw missing(Files.isDirectory(root) ? "has no files of " + source.name() : "does not exist");
  }

  private ImageSet part(Path folder, String split, int first) throws IOException {
    Idx.Array images = Idx.read(file(folder, first));
    Idx.Array labels = Idx.read(file(folder, first + 1));
    String name = source.name() + " " + split;
    return Idx.imageSet(name, folder.toString(), images, labels, source.classes());
  }

  private Path file(Path folder, int index) throws IOException {
    String name = source.files().get(index).name();
    List<Path> found = candidates(folder, name);
    if (found.isEmpty()) {
      throw missing("has no " + name);
    }
    return found.get(0);
  }

  /** Returns possible file names, uncompressed ones first; one published copy has a dot. */
  private static List<Path> candidates(Path folder, String gzipName) {
    String name = gzipName.substring(0, gzipName.length() - ".gz".length());
    return List.of(name, name.replace("-idx", ".idx"), gzipName).stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .toList();
  }

  private FormatException missing(String reason) {
    return new FormatException(
        root.toString(),
        -1,
        "%s: put %s there, or run: vit data fetch %s"
            .formatted(reason, source.fileNames(), source.name()));
  }
}
