package dev.vit4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the weights file in a folder. */
public final class TensorFolder {
  /** File names of timm, Hugging Face and open_clip, safest format first. */
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

  /** Whether a file name has a usual extension of weights files. */
  public static boolean isWeights(String name) {
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /**
   * Returns the candidates for the folder's weights: only the file with a usual name if there is
   * one, otherwise all files with a usual extension, sorted.
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
   * Returns the file with a usual name, or else the only file with a usual extension.
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
