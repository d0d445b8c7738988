package dev.vit4j.hub;

import java.util.List;
import java.util.stream.Stream;

/** Names of the required files of a Hub model. */
final class HubFiles {
  static final String CONFIG = "config.json";
  static final String PREPROCESSOR = "preprocessor_config.json";
  private static final String INDEX = ".index.json";

  /** Weights files and indexes of weights files, in order of preference. */
  static final List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors" + INDEX,
          "pytorch_model.bin",
          "pytorch_model.bin" + INDEX);

  static final String OPEN_CLIP_CONFIG = "open_clip_config.json";

  /** open_clip's files: image and text model in one. */
  static final List<String> OPEN_CLIP =
      List.of("open_clip_model.safetensors", "open_clip_pytorch_model.bin");

  /** transformers' tokenizer in one file. */
  static final String TOKENIZER = "tokenizer.json";

  /** The vocabulary of CLIP's tokenizer in repositories without {@link #TOKENIZER}. */
  static final List<String> VOCABULARY = List.of("vocab.json", "merges.txt");

  /** Settings of a tokenizer: its special tokens, the length of its texts. */
  static final List<String> TOKENIZER_CONFIG =
      List.of("tokenizer_config.json", "special_tokens_map.json");

  private HubFiles() {}

  /** Concatenates two lists. */
  static List<String> join(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Whether a file is an index of weights files. */
  static boolean isIndex(String name) {
    return name.endsWith(INDEX);
  }

  /** Whether an index may name this shard: a file in the same folder, of the same format. */
  static boolean isShard(String index, String name) {
    String whole = index.substring(0, index.length() - INDEX.length());
    return name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")
        && name.endsWith(whole.substring(whole.lastIndexOf('.')));
  }
}
