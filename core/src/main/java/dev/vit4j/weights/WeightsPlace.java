package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Location of weights: the file, and an optional configuration in the same folder.
 *
 * @param weights weights file in any format, or the index of a sharded one
 * @param config {@code config.json}, which may not exist
 */
record WeightsPlace(Path weights, Path config) {

  /**
   * Finds the weights of a file or folder.
   *
   * @throws FormatException if a folder contains no weights or several candidates
   */
  static WeightsPlace of(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return new WeightsPlace(path, config(path));
    }
    List<Path> files = TensorFolder.candidates(path);
    if (files.size() == 1) {
      return new WeightsPlace(files.get(0), config(files.get(0)));
    }
    throw new FormatException(
        path.toString(),
        -1,
        files.isEmpty()
            ? "neither a run nor a weights folder: contains neither %s/%s nor a weights file"
                .formatted(ModelSource.BEST, WeightsFolder.WEIGHTS)
            : "contains several weights files, choose one of: "
                + String.join(", ", files.stream().map(f -> f.getFileName().toString()).toList()));
  }

  /** Folders may have the weights and configurations of both transformers and open_clip. */
  private static Path config(Path weights) {
    Path openClip = weights.resolveSibling(OpenClipConfig.CONFIG);
    boolean own = weights.getFileName().toString().startsWith("open_clip");
    return own && Files.isRegularFile(openClip)
        ? openClip
        : weights.resolveSibling(WeightsFolder.CONFIG);
  }
}
