package dev.vit4j.hub;

import java.util.List;
import java.util.stream.Stream;

/** The files of a model on the Hub that are of use here. */
final class HubFiles {
  static final String CONFIG = "config.json";
  static final String PREPROCESSOR = "preprocessor_config.json";
  private static final String INDEX = ".index.json";

  /** One of these holds the weights or says where they are, the best first. */
  static final List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors" + INDEX,
          "pytorch_model.bin",
          "pytorch_model.bin" + INDEX);

  static final String OPEN_CLIP_CONFIG = "open_clip_config.json";

  /** What open_clip calls them: image and text model in one. */
  static final List<String> OPEN_CLIP =
      List.of("open_clip_model.safetensors", "open_clip_pytorch_model.bin");

  private HubFiles() {}

  /** Both lists, one after the other. */
  static List<String> join(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Whether a file says where the weights are, and holds none. */
  static boolean isIndex(String name) {
    return name.endsWith(INDEX);
  }

  /** Whether an index may name such a shard: a plain file beside it, of the index's own kind. */
  static boolean isShard(String index, String name) {
    String whole = index.substring(0, index.length() - INDEX.length());
    return name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")
        && name.endsWith(whole.substring(whole.lastIndexOf('.')));
  }
}
