package dev.vit4j.hub;

import java.util.List;

/** The files of a model on the Hub that are of use here. */
final class HubFiles {
  static final String CONFIG = "config.json";
  static final String PREPROCESSOR = "preprocessor_config.json";
  static final String INDEX = "model.safetensors.index.json";

  /** One of these holds the weights or says where they are, the best first. */
  static final List<String> WEIGHTS = List.of("model.safetensors", INDEX, "pytorch_model.bin");

  private HubFiles() {}

  /** Whether an index may name such a shard: a plain file beside it. */
  static boolean isShard(String name) {
    return name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}\\.safetensors");
  }
}
