package dev.vit4j.text;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Finds the tokenizer of a model's folder; see {@link Tokenizer#of}. */
final class TokenizerFiles {
  static final String TOKENIZER = "tokenizer.json";

  private static final long MAX_BYTES = 256L << 20;
  private static final int MAX_CONTEXT = 1 << 20; // transformers writes 1e30 for 'unknown'

  private final Path folder;
  private final boolean refusing;
  private final JsonNode tokenizerConfig;
  private final JsonNode specialTokens;

  private TokenizerFiles(Path folder, boolean refusing) throws IOException {
    this.folder = folder;
    this.refusing = refusing;
    tokenizerConfig = json("tokenizer_config.json");
    specialTokens = json("special_tokens_map.json");
  }

  /**
   * Reads it.
   *
   * @param refusing whether a tokenizer of another kind is one that refuses all texts
   */
  static Tokenizer read(Path folder, boolean refusing) throws IOException {
    TokenizerFiles files = new TokenizerFiles(folder, refusing);
    JsonNode text = files.json("open_clip_config.json").at("/model_cfg/text_cfg");
    boolean builtIn =
        text.isObject()
            ? !text.has("hf_tokenizer_name")
            : !files.has(TOKENIZER) && !files.has(HuggingFaceBytePairs.MERGES);
    if (builtIn) {
      int context = text.path("context_length").asInt(Tokenizer.CLIP_CONTEXT);
      return Tokenizer.clip().withContext(files.checked(context));
    }
    if (files.has(TOKENIZER)) {
      return files.ofJson(files.json(TOKENIZER));
    }
    if (files.has(HuggingFaceBytePairs.MERGES)) {
      return files.bytePairs(HuggingFaceBytePairs.ofMerges(files));
    }
    return files.ofOtherKind(
        new FormatException(
            folder.toString(),
            -1,
            "the model needs the tokenizer %s: put its %s here"
                .formatted(text.get("hf_tokenizer_name").asString(), TOKENIZER)));
  }

  private Tokenizer ofOtherKind(FormatException reason) throws FormatException {
    if (refusing) {
      return Tokenizer.refusing(String.valueOf(reason.getMessage()));
    }
    throw reason;
  }

  private Tokenizer ofJson(JsonNode root) throws IOException {
    String kind = root.at("/model/type").asString("unknown");
    if (!kind.equals("BPE")) {
      return ofOtherKind(
          refused(TOKENIZER, "a tokenizer of kind %s is not supported".formatted(kind)));
    }
    String difference = HuggingFaceBytePairs.differenceFromClip(root);
    return difference == null
        ? bytePairs(HuggingFaceBytePairs.ofJson(this, root))
        : ofOtherKind(refused(TOKENIZER, "not CLIP's tokenizer: it has " + difference));
  }

  private Tokenizer bytePairs(Encoder encoder) throws IOException {
    int end = special(encoder, "eos_token", "<|endoftext|>");
    return new Tokenizer(
        encoder,
        new Tokenizer.Around(
            special(encoder, "bos_token", "<|startoftext|>"),
            end,
            special(encoder, "pad_token", null)),
        context(),
        folder);
  }

  /** Returns the id of a special token; without a default it is that of the end token. */
  private int special(Encoder encoder, String role, @Nullable String byDefault) throws IOException {
    String token = token(role);
    if (token == null) {
      token = byDefault == null ? token("eos_token") : byDefault;
    }
    Integer id = encoder.id(token == null ? "<|endoftext|>" : token);
    if (id == null) {
      throw refused(TOKENIZER, "the vocabulary has no %s '%s'".formatted(role, token));
    }
    return id;
  }

  /** Returns a special token of the configuration, or null. */
  @Nullable String token(String role) {
    for (JsonNode config : List.of(tokenizerConfig, specialTokens)) {
      JsonNode token = config.path(role);
      String content = token.isObject() ? token.path("content").asString("") : token.asString("");
      if (!content.isEmpty()) {
        return content;
      }
    }
    return null;
  }

  private int context() throws IOException {
    double length = tokenizerConfig.path("model_max_length").asDouble(0);
    if (length >= 1 && length <= MAX_CONTEXT) {
      return checked((int) length);
    }
    JsonNode text = json("config.json").path("text_config");
    return checked(text.path("max_position_embeddings").asInt(Tokenizer.CLIP_CONTEXT));
  }

  private int checked(int context) throws FormatException {
    if (context < 2 || context > MAX_CONTEXT) {
      throw new FormatException(
          folder.toString(),
          -1,
          "context length %d is not from 2 to %d".formatted(context, MAX_CONTEXT));
    }
    return context;
  }

  boolean has(String name) {
    return Files.isRegularFile(folder.resolve(name));
  }

  FormatException refused(String name, String reason) {
    return new FormatException(folder.resolve(name).toString(), -1, reason);
  }

  /** Reads a file of the folder after checking its size. */
  byte[] bytes(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw refused(name, "larger than %d bytes".formatted(MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /** Parses a file of the folder; returns a missing node if there is none. */
  JsonNode json(String name) throws IOException {
    if (!has(name)) {
      return MissingNode.getInstance();
    }
    try {
      return JsonMapper.shared().readTree(bytes(name));
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new FormatException(
          folder.resolve(name).toString(),
          at == null ? -1 : at.getByteOffset(),
          "not valid JSON: " + FormatException.words(e));
    }
  }
}
