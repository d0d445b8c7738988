package dev.vit4j.weights;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The {@code model_args} of timm's {@code config.json}, held against what models here compute. A
 * word that nobody knows may change the function without changing a single shape, so it is refused.
 */
final class TimmArguments {
  /** Told by the tensors' names and shapes, or of no matter but in training. */
  private static final Set<String> KNOWN =
      Set.of(
          "img_size",
          "patch_size",
          "in_chans",
          "num_classes",
          "embed_dim",
          "depth",
          "num_heads",
          "mlp_ratio",
          "qkv_bias",
          "proj_bias",
          "global_pool",
          "norm_eps",
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
      Map.of("output_stride", "32", "down_kernel_size", "1", "stem_type", "");

  private TimmArguments() {}

  /**
   * Refuses what no model here does.
   *
   * @param residual whether it is a ResNet, which has one kind of pooling and activation
   * @throws IllegalArgumentException naming the word
   */
  static void check(JsonNode args, boolean residual) {
    for (Map.Entry<String, JsonNode> e : args.properties()) {
      String word = e.getKey();
      JsonNode value = e.getValue();
      boolean off = value.isNull() || (value.isBoolean() && !value.asBoolean());
      if (off || (KNOWN.contains(word) && !residual)) {
        continue;
      }
      String only =
          switch (word) {
            case "global_pool" -> "avg";
            case "act_layer" -> residual ? "relu" : null; // of ViTs it is read
            default -> KNOWN.contains(word) ? null : ONLY.getOrDefault(word, "");
          };
      if (only != null && !value.asString("").equals(only)) {
        throw new IllegalArgumentException(
            "model_args has %s=%s: no model here computes that"
                .formatted(word, value.isString() ? value.asString("") : value));
      }
    }
  }
}
