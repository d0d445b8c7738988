package dev.vit4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which file in a folder holds the weights. */
public final class TensorFolder {
  /** As timm, Hugging Face and open_clip call it, the safest format first. */
  private static final List<String> NAMES =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "open_clip_model.safetensors",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "open_clip_pytorch_model.bin");

  private static final List<String> ENDINGS =
      List.of(
          ".safetensors",
          ".pth",
          ".pt",
          ".bin",
          ".th",
          ".ckpt",
          ".npz",
          ".pth.tar",
          ".safetensors.index.json",
          ".bin.index.json");

  private TensorFolder() {}

  /** Whether a file's name ends as those of files of weights do. */
  public static boolean isWeights(String name) {
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /**
   * The files that could be the folder's weights: the one with a usual name alone, or else all of a
   * usual ending, sorted.
   */
  public static List<Path> candidates(Path folder) throws IOException {
    for (String name : NAMES) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return List.of(folder.resolve(name));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> isWeights(f.getFileName().toString()) && Files.isRegularFile(f))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FormatException.unreadable(folder, e);
    }
  }

  /**
   * The file with a usual name, or else the only one of a usual ending.
   *
   * @throws FormatException if there is none, or more than one
   */
  static Path weights(Path folder) throws IOException {
    List<Path> found = candidates(folder);
    if (found.size() != 1) {
      throw new FormatException(
          folder.toString(),
          -1,
          found.isEmpty()
              ? "a folder without a weights file, such as " + NAMES.get(0)
              : "a folder with several weights files: name one of "
                  + found.stream().map(f -> f.getFileName().toString()).toList());
    }
    return found.get(0);
  }
}
