package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where weights lie: the file, and the configuration that may lie beside it.
 *
 * @param weights a file in any format, or the index of several
 * @param config {@code config.json}; it need not exist
 */
record WeightsPlace(Path weights, Path config) {
  /** What libraries call the file of weights in a folder, the best first. */
  private static final List<String> USUAL =
      List.of(
          WeightsFolder.WEIGHTS,
          WeightsFolder.WEIGHTS + ".index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "open_clip_model.safetensors",
          "open_clip_pytorch_model.bin");

  private static final List<String> ENDINGS =
      List.of(".safetensors", ".pth", ".pt", ".bin", ".th", ".ckpt", ".npz", ".pth.tar");

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
    for (String name : USUAL) {
      if (Files.isRegularFile(path.resolve(name))) {
        return new WeightsPlace(path.resolve(name), config);
      }
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(path)) {
      files = list.filter(WeightsPlace::isWeights).sorted().toList();
    }
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

  private static boolean isWeights(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
  }
}
