package dev.vit4j.model.vit;

import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the constructor arguments of a ViT from configuration files of other libraries. */
final class VitConfigured {
  private static final double CLIP_EPS = 1e-5;
  private static final double HUGGING_FACE_EPS = 1e-12;
  private static final double DINOV2_EPS = 1e-6;

  /** Checks timm's arguments. */
  static final TimmArguments TIMM =
      new TimmArguments(
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
              "pool_include_prefix",
              "norm_eps"),
          Set.of(
              "proj_bias",
              "qk_norm",
              "act",
              "act_layer", // read separately, since its values differ
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
              "pos_drop_rate",
              "patch_drop_rate",
              "proj_drop_rate",
              "attn_drop_rate",
              "distilled",
              "embed_norm_layer"),
          Map.of());

  /** Hugging Face's arguments and ours. */
  private static final Map<String, String> HUGGING_FACE =
      Map.of(
          "hidden_size", "embed_dim",
          "num_hidden_layers", "depth",
          "num_attention_heads", "num_heads",
          "patch_size", "patch_size",
          "num_channels", "in_chans",
          "image_size", "img_size",
          "layer_norm_eps", "norm_eps",
          "qkv_bias", "qkv_bias",
          "hidden_act", "act");

  /** torchvision's arguments and ours. */
  private static final Map<String, String> TORCHVISION =
      Map.of(
          "hidden_dim", "embed_dim",
          "num_layers", "depth",
          "num_heads", "num_heads",
          "patch_size", "patch_size",
          "image_size", "img_size",
          "num_classes", "num_classes",
          "norm_eps", "norm_eps");

  /** timm's ViTs with rotary positions, which have no tensors. */
  private static final Pattern ROTARY = Pattern.compile("_rope(_|$)|dinov3|vit_pe_");

  private VitConfigured() {}

  static Map<String, Object> byTimm(Map<String, Object> config) {
    String name = String.valueOf(config.get("architecture"));
    refuseOtherFunctions(name);
    Map<String, Object> args =
        new LinkedHashMap<>(Vit.FAMILY.variants().getOrDefault(name, Map.of()));
    args.keySet().removeAll(List.of("num_classes", "in_chans", "img_size"));
    args.putIfAbsent("norm_eps", Origin.TIMM.normEps()); // unless set
    args.putIfAbsent("act", "gelu");
    if (name.contains("_clip_")) { // timm: CLIP's image models use its eps, some also its GELU
      args.put("norm_eps", CLIP_EPS);
      args.put("act", name.contains("quickgelu") ? "quick_gelu" : "gelu");
    }
    if (Vit.FAMILY.variants().containsKey(name)) {
      args.putIfAbsent("global_pool", "token"); // timm's default
    }
    if (name.startsWith("vit") && config.get("global_pool") instanceof String pool) {
      args.put("global_pool", pool);
    }
    Map<String, Object> timm = TimmArguments.in(config);
    args.putAll(TIMM.of(timm));
    if (timm.get("act_layer") != null) {
      args.put("act", activation(timm.get("act_layer")));
    }
    return args;
  }

  /** Refuses models of timm whose parameters have a ViT's names, but which compute differently. */
  private static void refuseOtherFunctions(String name) {
    String what =
        name.contains("_rpn_")
            ? "normalizes after attention and MLP (ResPostBlock)"
            : ROTARY.matcher(name).find()
                ? "rotates queries and keys by their positions (RoPE)"
                : "";
    if (!what.isEmpty()) {
      throw new IllegalArgumentException("%s %s, which is not supported".formatted(name, what));
    }
  }

  static Map<String, Object> byHuggingFace(Map<String, Object> config) {
    if (VitTowers.isTower(config)) {
      Map<String, Object> args = renamed(VitTowers.configured(config), HUGGING_FACE);
      args.put("act", activation(args.get("act")));
      return args;
    }
    Map<String, Object> args = renamed(config, HUGGING_FACE);
    args.put("act", activation(args.getOrDefault("act", "gelu")));
    if (String.valueOf(config.get("model_type")).startsWith("dinov2")) {
      args.put("dynamic_img_size", true); // it takes images of the processor's size
      args.putIfAbsent("norm_eps", DINOV2_EPS);
    }
    args.putIfAbsent("norm_eps", HUGGING_FACE_EPS); // ViTConfig's and DeiTConfig's default
    return args;
  }

  static Map<String, Object> byTorchvision(Map<String, Object> config) {
    if (!config.containsKey("hidden_dim") || !config.containsKey("num_layers")) {
      return Map.of();
    }
    Map<String, Object> args = renamed(config, TORCHVISION);
    args.put("act", "gelu"); // its ViT supports no other
    return args;
  }

  private static Map<String, Object> renamed(
      Map<String, Object> config, Map<String, String> names) {
    Map<String, Object> args = new LinkedHashMap<>();
    names.forEach(
        (theirs, ours) -> {
          if (config.get(theirs) != null) {
            args.put(ours, config.get(theirs));
          }
        });
    return args;
  }

  private static String activation(Object name) {
    return switch (String.valueOf(name)) {
      case "gelu", "gelu_python" -> "gelu";
      case "gelu_tanh", "gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh" ->
          "gelu_tanh";
      case "quick_gelu", "quickgelu" -> "quick_gelu";
      case "relu" -> "relu";
      case "silu", "swish" -> "silu";
      default ->
          throw new IllegalArgumentException(
              "the activation '%s' is none of gelu, gelu_tanh, quick_gelu, relu, silu"
                  .formatted(name));
    };
  }
}
