package dev.vit4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which file in a folder holds the weights. */
final class TensorFolder {
  /** As timm, Hugging Face and open_clip call it, the safest format first. */
  private static final List<String> NAMES =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "open_clip_model.safetensors",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "open_clip_pytorch_model.bin");

  private static final String ENDINGS =
      ".+\\.(safetensors|pth|pt|bin|th|npz|(safetensors|bin)\\.index\\.json)";

  private TensorFolder() {}

  /**
   * The file with a usual name, or else the only one of a usual ending.
   *
   * @throws FormatException if there is none, or more than one
   */
  static Path weights(Path folder) throws IOException {
    for (String name : NAMES) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found =
          files
              .filter(f -> f.getFileName().toString().matches(ENDINGS) && Files.isRegularFile(f))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw FormatException.unreadable(folder, e);
    }
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
