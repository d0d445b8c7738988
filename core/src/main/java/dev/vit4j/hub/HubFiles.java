package dev.vit4j.hub;

import java.util.List;

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

  private HubFiles() {}

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
