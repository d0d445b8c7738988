package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where weights lie: the file, and the configuration that may lie beside it.
 *
 * @param weights a file in any format, or the index of several
 * @param config {@code config.json}; it need not exist
 */
record WeightsPlace(Path weights, Path config) {
  /**
   * Looks at a file or into a folder.
   *
   * @throws FormatException if a folder holds no weights, or several that could be meant
   */
  static WeightsPlace of(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return new WeightsPlace(path, path.resolveSibling(WeightsFolder.CONFIG));
    }
    Path config = path.resolve(WeightsFolder.CONFIG);
    List<Path> files = TensorFolder.candidates(path);
    if (files.size() == 1) {
      return new WeightsPlace(files.get(0), config);
    }
    throw new FormatException(
        path.toString(),
        -1,
        files.isEmpty()
            ? "neither a run nor a weights folder: it has no %s/%s and no weights of its own"
                .formatted(ModelSource.BEST, WeightsFolder.WEIGHTS)
            : "has several weights, name one of them: "
                + String.join(", ", files.stream().map(f -> f.getFileName().toString()).toList()));
  }
}
