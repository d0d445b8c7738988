package dev.vit4j.model.clip;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates the configuration files of open_clip and transformers to constructor arguments. */
final class ClipConfigured {
  /** Keys of open_clip's {@code vision_cfg}, with ours. */
  private static final Map<String, String> VISION =
      Map.ofEntries(
          Map.entry("image_size", "img_size"),
          Map.entry("layers", "vision_layers"),
          Map.entry("width", "vision_width"),
          Map.entry("head_width", "vision_head_width"),
          Map.entry("patch_size", "vision_patch_size"),
          Map.entry("mlp_ratio", "vision_mlp_ratio"),
          Map.entry("ls_init_value", "vision_ls_init_value"),
          Map.entry("no_ln_pre", "vision_no_ln_pre"),
          Map.entry("pool_type", "vision_pool_type"));

  /** Keys of open_clip's {@code text_cfg}, with ours. */
  private static final Map<String, String> TEXT =
      Map.ofEntries(
          Map.entry("context_length", "context_length"),
          Map.entry("vocab_size", "vocab_size"),
          Map.entry("width", "text_width"),
          Map.entry("heads", "text_heads"),
          Map.entry("layers", "text_layers"),
          Map.entry("mlp_ratio", "text_mlp_ratio"),
          Map.entry("ls_init_value", "text_ls_init_value"),
          Map.entry("no_causal_mask", "text_no_causal_mask"),
          Map.entry("pad_id", "pad_id"),
          Map.entry("eos_id", "eos_token_id"),
          Map.entry("proj_bias", "text_proj_bias"),
          Map.entry("pool_type", "text_pool_type"));

  /** Keys without an influence on the results of a trained model. */
  private static final List<String> UNUSED =
      List.of(
          "patch_dropout",
          "output_tokens",
          "norm_kwargs",
          "tokenizer_kwargs",
          "tokenizer_mode",
          "hf_tokenizer_name",
          "timm_drop",
          "timm_drop_path",
          "timm_proj_bias",
          "timm_model_pretrained");

  /** Defaults that files may state: other values are not supported. */
  private static final Map<String, Object> ONLY =
      Map.of("pos_embed_type", "learnable", "proj_type", "linear", "attn_pooler_heads", 8);

  private static final String TANH = "gelu_pytorch_tanh";
  private static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu", TANH);
  private static final double SIGLIP_EPS = 1e-6;

  private ClipConfigured() {}

  /** open_clip's {@code open_clip_config.json}. */
  static Map<String, Object> byOpenClip(Map<String, Object> root) {
    Map<?, ?> cfg = map(root.get("model_cfg"));
    Map<String, Object> args = new LinkedHashMap<>();
    for (String key : List.of("embed_dim", "quick_gelu", "init_logit_scale", "init_logit_bias")) {
      if (cfg.get(key) != null) {
        args.put(key, cfg.get(key));
      }
    }
    Map<?, ?> vision = map(cfg.get("vision_cfg"));
    Map<?, ?> text = map(cfg.get("text_cfg"));
    copy("vision_cfg", vision, VISION, args);
    copy("text_cfg", text, TEXT, args);
    Object eps = or(map(text.get("norm_kwargs")), "eps", ClipConfig.NORM_EPS);
    boolean resNet = vision.get("layers") instanceof List<?>; // has no such norms
    if (!resNet && !eps.equals(or(map(vision.get("norm_kwargs")), "eps", ClipConfig.NORM_EPS))) {
      throw new IllegalArgumentException("norm_kwargs.eps must be the same in both towers");
    }
    args.put("norm_eps", eps);
    if (Boolean.TRUE.equals(vision.get("global_average_pool"))) {
      args.put("vision_pool_type", "avg");
    }
    return args;
  }

  private static void copy(
      String where, Map<?, ?> cfg, Map<String, String> names, Map<String, Object> args) {
    cfg.forEach(
        (key, value) -> {
          String ours = names.get(String.valueOf(key));
          if (ours != null && value != null) {
            args.put(ours, value);
          } else if (ours == null && !isDefault(String.valueOf(key), value)) {
            throw new IllegalArgumentException(
                "%s.%s = %s is not supported".formatted(where, key, value));
          }
        });
  }

  private static boolean isDefault(String key, @Nullable Object value) {
    return value == null
        || value.equals(false)
        || value.equals("")
        || value.equals(0)
        || key.equals("global_average_pool")
        || UNUSED.contains(key)
        || value.equals(ONLY.get(key));
  }

  /** transformers' {@code config.json} of a {@code CLIPModel} or {@code SiglipModel}. */
  static Map<String, Object> byTransformers(Map<String, Object> root) {
    Object kind = root.get("model_type");
    boolean siglip = "siglip".equals(kind);
    if (!siglip && !"clip".equals(kind)) {
      throw new IllegalArgumentException(
          "model_type is %s, the weights are clip's or siglip's".formatted(kind));
    }
    Map<?, ?> vision = map(root.get("vision_config"));
    Map<?, ?> text = map(root.get("text_config"));
    Map<String, Object> args = new LinkedHashMap<>();
    String act = common(vision, text, "hidden_act", siglip ? TANH : "quick_gelu").toString();
    if (!ACTIVATIONS.contains(act)) {
      throw new IllegalArgumentException(
          "hidden_act must be one of %s, not %s".formatted(String.join(", ", ACTIVATIONS), act));
    }
    args.put("quick_gelu", act.equals("quick_gelu"));
    if (act.equals(TANH)) {
      args.put("gelu_tanh", true);
    }
    double eps = siglip ? SIGLIP_EPS : ClipConfig.NORM_EPS;
    args.put("norm_eps", common(vision, text, "layer_norm_eps", eps));
    int width = whole(vision, "hidden_size", 768);
    args.put("vision_head_width", width / whole(vision, "num_attention_heads", 12));
    args.put("img_size", or(vision, "image_size", 224));
    args.put("text_heads", whole(text, "num_attention_heads", siglip ? 12 : 8));
    if (siglip) {
      args.put("text_pool_type", "last");
      args.put("text_no_causal_mask", true);
      args.put("pad_id", whole(text, "pad_token_id", 1));
    } else {
      ends(whole(text, "eos_token_id", 49407), args);
    }
    return args;
  }

  private static void ends(int eos, Map<String, Object> args) {
    boolean old = eos == 2; // configurations written before transformers knew the end token
    args.put("text_pool_type", old ? "argmax" : "eos");
    if (!old) {
      args.put("eos_token_id", eos);
      args.put("pad_id", eos);
    }
  }

  /** A value that both towers must have. */
  private static Object common(Map<?, ?> vision, Map<?, ?> text, String key, Object fallback) {
    Object value = or(vision, key, fallback);
    if (!value.equals(or(text, key, fallback))) {
      throw new IllegalArgumentException(
          "%s must be the same in both towers, not %s and %s"
              .formatted(key, value, or(text, key, fallback)));
    }
    return value;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> m ? m : Map.of();
  }

  private static Object or(Map<?, ?> map, String key, Object fallback) {
    Object value = map.get(key);
    return value == null ? fallback : value;
  }

  private static int whole(Map<?, ?> map, String key, int fallback) {
    Object value = or(map, key, fallback);
    if (!(value instanceof Integer n) || n < 1) {
      throw new IllegalArgumentException(key + " must be a positive whole number, not " + value);
    }
    return n;
  }
}
