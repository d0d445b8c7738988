package dev.vit4j.text;

import dev.vit4j.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Writes the files of transformers' {@code CLIPTokenizer}. */
final class TokenizerWriter {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String SPECIAL = "special_tokens_map.json";

  private static final List<String> FILES =
      List.of(
          TokenizerFiles.TOKENIZER,
          HuggingFaceBytePairs.VOCABULARY,
          HuggingFaceBytePairs.MERGES,
          CONFIG,
          SPECIAL);

  private TokenizerWriter() {}

  /** Copies the files that exist. */
  static void copy(Path from, Path to) throws IOException {
    for (String name : FILES) {
      Path file = from.resolve(name);
      if (Files.isRegularFile(file)) {
        AtomicFile.write(to.resolve(name), out -> Files.copy(file, out));
      }
    }
  }

  /** Writes CLIP's vocabulary with transformers' names of the special tokens. */
  static void writeClips(Path folder, int contextLength) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    OpenClipEncoder.tokens(START, END).forEach(token -> ids.put(token, ids.size()));
    json(folder, HuggingFaceBytePairs.VOCABULARY, ids);
    String merges =
        OpenClipEncoder.merges().stream()
            .map(pair -> pair.left() + " " + pair.right() + "\n")
            .collect(Collectors.joining("", "#version: 0.2\n", ""));
    AtomicFile.writeString(folder.resolve(HuggingFaceBytePairs.MERGES), merges);
    Map<String, Object> special = new LinkedHashMap<>();
    special.put("bos_token", START);
    special.put("eos_token", END);
    special.put("unk_token", END);
    special.put("pad_token", END);
    json(folder, SPECIAL, special);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("tokenizer_class", "CLIPTokenizer");
    config.put("model_max_length", contextLength);
    config.put("do_lower_case", true);
    config.putAll(special);
    json(folder, CONFIG, config);
  }

  private static void json(Path folder, String name, Map<String, ?> contents) throws IOException {
    AtomicFile.writeString(
        folder.resolve(name), JsonMapper.shared().writeValueAsString(contents) + "\n");
  }
}
