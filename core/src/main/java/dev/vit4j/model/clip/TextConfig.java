package dev.vit4j.model.clip;

import dev.vit4j.model.Args;
import dev.vit4j.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a text tower: open_clip's {@code text_cfg}, with {@code text_} before each key
 * that an image tower has too.
 *
 * @param contextLength maximum number of tokens
 * @param vocabSize number of tokens in the vocabulary
 * @param width width of the tokens
 * @param heads number of attention heads
 * @param layers number of blocks
 * @param mlpRatio hidden width of the MLP as a factor of the width
 * @param lsInitValue initial value of LayerScale, or null for no LayerScale
 * @param poolType the token that is read: {@code argmax} (the first of the largest ids, CLIP's end
 *     token), {@code eos} (the first {@code eosTokenId}) or {@code last}
 * @param eosTokenId id of the end token, for {@code eos}
 * @param padId token after the end
 * @param causal whether tokens attend only to those before them
 * @param projBias whether the projection has a bias
 * @param act activation in the MLP
 * @param normEps eps of every norm
 * @param embedDim width E of the common space
 */
record TextConfig(
    int contextLength,
    int vocabSize,
    int width,
    int heads,
    int layers,
    double mlpRatio,
    @Nullable Double lsInitValue,
    String poolType,
    int eosTokenId,
    int padId,
    boolean causal,
    boolean projBias,
    Activation act,
    double normEps,
    int embedDim) {
  /** CLIP's vocabulary. */
  private static final int CLIP_VOCABULARY = 49408;

  TextConfig {
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "text_width %d is not divisible by text_heads %d".formatted(width, heads));
    }
  }

  static TextConfig of(Args a, int embedDim) {
    int vocabulary = a.integer("vocab_size", CLIP_VOCABULARY, 2, 10_000_000);
    return new TextConfig(
        a.integer("context_length", 77, 2, 65536),
        vocabulary,
        a.integer("text_width", 512, 1, 16384),
        a.integer("text_heads", 8, 1, 1024),
        a.integer("text_layers", 12, 1, 256),
        a.number("text_mlp_ratio", 4, 0.01, 64),
        a.optionalNumber("text_ls_init_value"),
        a.word("text_pool_type", "argmax", List.of("argmax", "eos", "last")),
        a.integer("eos_token_id", vocabulary - 1, 0, vocabulary - 1),
        a.integer("pad_id", 0, 0, vocabulary - 1),
        !a.flag("text_no_causal_mask", false),
        a.flag("text_proj_bias", false),
        ClipConfig.activation(a),
        a.number("norm_eps", ClipConfig.NORM_EPS, 0, 1),
        embedDim);
  }

  /** All arguments but those common to both towers. */
  Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("context_length", contextLength);
    m.put("vocab_size", vocabSize);
    m.put("text_width", width);
    m.put("text_heads", heads);
    m.put("text_layers", layers);
    m.put("text_mlp_ratio", mlpRatio);
    if (lsInitValue != null) {
      m.put("text_ls_init_value", lsInitValue);
    }
    m.put("text_pool_type", poolType);
    m.put("eos_token_id", eosTokenId);
    m.put("pad_id", padId);
    m.put("text_no_causal_mask", !causal);
    if (projBias) {
      m.put("text_proj_bias", true);
    }
    return m;
  }
}
