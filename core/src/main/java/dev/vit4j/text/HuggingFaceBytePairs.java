package dev.vit4j.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the vocabulary of transformers' {@code CLIPTokenizer}: {@code tokenizer.json}, or {@code
 * vocab.json} (token → id) and {@code merges.txt} (a pair per line).
 */
final class HuggingFaceBytePairs {
  static final String VOCABULARY = "vocab.json";
  static final String MERGES = "merges.txt";

  private static final int MAX_ID = 10_000_000;
  private static final List<String> NORMALIZERS = List.of("NFC", "Replace", "Lowercase");
  private static final List<String> PRE_TOKENIZERS = List.of("Split", "ByteLevel");

  private final TokenizerFiles files;
  private final String file;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<BytePairs.Pair> merges = new ArrayList<>();
  private final Set<String> added = new LinkedHashSet<>();

  private HuggingFaceBytePairs(TokenizerFiles files, String file) {
    this.files = files;
    this.file = file;
  }

  static Encoder ofMerges(TokenizerFiles files) throws IOException {
    if (!files.has(VOCABULARY)) {
      throw files.refused(MERGES, "there is no %s beside it".formatted(VOCABULARY));
    }
    HuggingFaceBytePairs reader = new HuggingFaceBytePairs(files, VOCABULARY);
    reader.vocabulary(files.json(VOCABULARY));
    String text = new String(files.bytes(MERGES), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#version")) {
        reader.merge(line.strip());
      }
    }
    Stream.of("bos_token", "eos_token", "unk_token", "pad_token")
        .map(files::token)
        .filter(t -> t != null && reader.ids.containsKey(t))
        .forEach(reader.added::add);
    return reader.encoder(files.token("unk_token"));
  }

  static Encoder ofJson(TokenizerFiles files, JsonNode root) throws IOException {
    HuggingFaceBytePairs reader = new HuggingFaceBytePairs(files, TokenizerFiles.TOKENIZER);
    JsonNode model = root.get("model");
    reader.vocabulary(model.path("vocab"));
    for (JsonNode token : root.path("added_tokens")) {
      String content = token.path("content").asString("");
      reader.put(content, token.path("id"));
      reader.added.add(content);
    }
    for (JsonNode merge : model.path("merges")) {
      reader.merge(
          merge.isArray()
              ? merge.path(0).asString("") + " " + merge.path(1).asString("")
              : merge.asString(""));
    }
    return reader.encoder(model.path("unk_token").asString(null));
  }

  /** Describes how a tokenizer of byte pairs differs from CLIP's; null if it does not. */
  static @Nullable String differenceFromClip(JsonNode root) {
    String suffix = root.at("/model/end_of_word_suffix").asString("");
    List<String> normalizers = types(root.path("normalizer"), "normalizers");
    List<String> pre = types(root.path("pre_tokenizer"), "pretokenizers");
    boolean same =
        suffix.equals(BytePairs.END_OF_WORD)
            && normalizers.equals(NORMALIZERS)
            && pre.equals(PRE_TOKENIZERS);
    return same
        ? null
        : "normalizers %s, pre-tokenizers %s and end of word '%s' instead of %s, %s and '%s'"
            .formatted(
                normalizers, pre, suffix, NORMALIZERS, PRE_TOKENIZERS, BytePairs.END_OF_WORD);
  }

  private static List<String> types(JsonNode step, String list) {
    return step.has(list)
        ? step.get(list).valueStream().map(s -> s.path("type").asString("")).toList()
        : step.isObject() ? List.of(step.path("type").asString("")) : List.of();
  }

  private void vocabulary(JsonNode vocabulary) throws IOException {
    for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
      put(token.getKey(), token.getValue());
    }
    if (ids.isEmpty()) {
      throw files.refused(file, "has no vocabulary: an object of tokens and ids is expected");
    }
  }

  private void put(String token, JsonNode id) throws IOException {
    if (token.isEmpty() || !id.isInt() || id.asInt() < 0 || id.asInt() > MAX_ID) {
      throw files.refused(
          file, "token '%s' has the id %s, not a number from 0 to %d".formatted(token, id, MAX_ID));
    }
    ids.put(token, id.asInt());
  }

  private void merge(String line) throws IOException {
    int blank = line.indexOf(' ');
    if (blank < 1 || blank != line.lastIndexOf(' ') || blank == line.length() - 1) {
      throw files.refused(
          file, "merge %d '%s' is not two symbols".formatted(merges.size() + 1, line));
    }
    merges.add(new BytePairs.Pair(line.substring(0, blank), line.substring(blank + 1)));
  }

  private Encoder encoder(@Nullable String unknown) throws IOException {
    try {
      BytePairs pairs = new BytePairs(ids, merges, unknown == null ? null : ids.get(unknown));
      return new HuggingFaceEncoder(pairs, List.copyOf(added));
    } catch (IllegalArgumentException e) {
      throw files.refused(file, String.valueOf(e.getMessage()));
    }
  }
}
