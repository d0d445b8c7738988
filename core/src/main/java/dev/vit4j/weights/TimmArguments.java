package dev.vit4j.weights;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The {@code model_args} of timm's {@code config.json}, held against what models here compute. A
 * word that nobody knows may change the function without changing a single shape, so it is refused.
 */
final class TimmArguments {
  /** Words that a configuration is asked for. */
  static final List<String> READ =
      List.of(
          "img_size",
          "patch_size",
          "in_chans",
          "num_classes",
          "embed_dim",
          "depth",
          "num_heads",
          "mlp_ratio",
          "qkv_bias",
          "global_pool",
          "norm_eps");

  /** Told by the tensors' names and shapes, or of no matter but in training. */
  private static final Set<String> KNOWN =
      Set.of(
          "proj_bias",
          "act",
          "init_values",
          "class_token",
          "pos_embed",
          "no_embed_class",
          "reg_tokens",
          "pre_norm",
          "final_norm",
          "fc_norm",
          "dynamic_img_size",
          "dynamic_img_pad",
          "drop_rate",
          "pos_drop_rate",
          "patch_drop_rate",
          "proj_drop_rate",
          "attn_drop_rate",
          "drop_path_rate",
          "drop_block_rate",
          "weight_init",
          "fix_init",
          "zero_init_last",
          "distilled",
          "norm_layer",
          "embed_norm_layer",
          "block",
          "layers",
          "channels",
          "stem_width",
          "base_width",
          "cardinality",
          "block_reduce_first",
          // ours, which timm's config carries along
          "width",
          "stem",
          "stem_pool",
          "shortcut",
          "residual");

  /** Words with the one value that models here have. */
  private static final Map<String, String> ONLY =
      Map.of("output_stride", "32", "down_kernel_size", "1");

  private TimmArguments() {}

  /**
   * Refuses what no model here does.
   *
   * @param residual whether it is a ResNet, which has one kind of pooling and activation
   * @throws IllegalArgumentException naming the word
   */
  static void check(JsonNode args, boolean residual) {
    for (Map.Entry<String, JsonNode> e : args.properties()) {
      JsonNode value = e.getValue();
      boolean off = value.isNull() || (value.isBoolean() && !value.asBoolean());
      String only = only(e.getKey(), residual);
      if (!off && only != null && !value.asString("").equals(only)) {
        throw new IllegalArgumentException(
            "model_args has %s=%s: no model here computes that"
                .formatted(e.getKey(), value.isString() ? value.asString("") : value));
      }
    }
  }

  /** The one value that a word may have, beside null and false; null if it may have any. */
  private static @Nullable String only(String word, boolean residual) {
    if (residual && word.equals("global_pool")) {
      return "avg";
    }
    if (word.equals("act_layer")) {
      return residual ? "relu" : null; // of ViTs it is read
    }
    return READ.contains(word) || KNOWN.contains(word) ? null : ONLY.getOrDefault(word, "");
  }
}
