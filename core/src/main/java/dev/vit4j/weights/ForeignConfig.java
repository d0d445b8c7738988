package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.catalog.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a {@code config.json} of another library says: timm's ({@code architecture}), Hugging Face's
 * ({@code model_type}) or the arguments of torchvision's {@code VisionTransformer}.
 *
 * @param whose the library in words; empty if there is no configuration that one knows
 * @param words constructor words under our names
 * @param imgSize height and width that the configuration names without being sure of it; or none
 * @param preprocess none where the configuration does not say
 * @param classes names of the classes; often none
 */
record ForeignConfig(
    String whose,
    Map<String, Object> words,
    int @Nullable [] imgSize,
    @Nullable Preprocess preprocess,
    List<String> classes) {
  private static final ForeignConfig NONE = new ForeignConfig("", Map.of(), null, null, List.of());

  /** Hugging Face's words and ours. */
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

  /** torchvision's words and ours. */
  private static final Map<String, String> TORCHVISION =
      Map.of(
          "hidden_dim", "embed_dim",
          "num_layers", "depth",
          "num_heads", "num_heads",
          "patch_size", "patch_size",
          "image_size", "img_size",
          "num_classes", "num_classes",
          "norm_eps", "norm_eps");

  /**
   * Reads the configuration beside weights.
   *
   * @param file {@code config.json}; it may be missing
   * @throws FormatException if it is broken, or says what no model here can do
   */
  static ForeignConfig read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return NONE;
    }
    JsonNode root = ConfigJson.tree(file);
    try {
      if (root.has("architecture")) {
        return ofTimm(root);
      }
      if (root.has("model_type")) {
        return ofHuggingFace(root, file.resolveSibling("preprocessor_config.json"));
      }
      if (root.has("hidden_dim") && root.has("num_layers")) {
        Map<String, Object> words = words(root, TORCHVISION);
        words.put("act", "gelu"); // its ViT has no other
        return new ForeignConfig("torchvision's", words, null, null, List.of());
      }
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
    return NONE;
  }

  private static ForeignConfig ofTimm(JsonNode root) {
    String name = root.path("architecture").asString("");
    Map<String, Object> words = new LinkedHashMap<>(Models.words(name));
    words.keySet().removeIf(word -> List.of("num_classes", "in_chans", "img_size").contains(word));
    words.putIfAbsent(
        "norm_eps", Origin.TIMM.normEps()); // of timm's ViTs, unless they say otherwise
    words.putIfAbsent("act", "gelu");
    if (name.contains("_clip_")) { // timm: CLIP's image models have its eps, and some its GELU
      words.put("norm_eps", 1e-5);
      words.put("act", name.contains("quickgelu") ? "quick_gelu" : "gelu");
    }
    if (name.startsWith("vit") && root.path("global_pool").isString()) {
      words.put("global_pool", root.get("global_pool").asString());
    }
    JsonNode args = root.path("model_args");
    boolean residual = name.contains("resnet");
    TimmArguments.check(args, residual);
    String pool = root.path("global_pool").asString("avg");
    if (residual && !pool.equals("avg")) {
      throw new IllegalArgumentException(
          "global_pool is %s: ResNets here have avg".formatted(pool));
    }
    for (String word : TimmArguments.READ) {
      if (args.hasNonNull(word)) {
        words.put(word, ConfigJson.value(args.get(word)));
      }
    }
    if (args.hasNonNull("act_layer")) {
      words.put("act", activation(args.get("act_layer").asString("")));
    }
    JsonNode cfg = root.path("pretrained_cfg");
    Preprocess preprocess = cfg.has("mean") ? ConfigJson.preprocess(cfg, "none") : null;
    int[] size = preprocess == null ? null : new int[] {preprocess.height(), preprocess.width()};
    return new ForeignConfig("timm's", words, size, preprocess, labels(root.path("label_names")));
  }

  private static ForeignConfig ofHuggingFace(JsonNode root, Path preprocessor) throws IOException {
    String type = root.get("model_type").asString("");
    Map<String, Object> words = words(root, HUGGING_FACE);
    words.putIfAbsent("norm_eps", 1e-12); // what ViTConfig and DeiTConfig have of themselves
    Object act = words.getOrDefault("act", "gelu");
    words.put("act", activation(act.toString()));
    List<String> classes = new ArrayList<>();
    JsonNode names = root.path("id2label");
    for (int i = 0; names.has(Integer.toString(i)); i++) {
      classes.add(names.get(Integer.toString(i)).asString(""));
    }
    if (!classes.isEmpty() && classes.get(0).equals("LABEL_0")) {
      classes.clear(); // nobody has named them
    }
    Preprocess preprocess =
        Files.isRegularFile(preprocessor)
            ? HuggingFacePreprocess.read(
                preprocessor, words.get("in_chans") instanceof Integer channels ? channels : 3)
            : null;
    return new ForeignConfig("Hugging Face's " + type, words, null, preprocess, classes);
  }

  private static Map<String, Object> words(JsonNode root, Map<String, String> names) {
    Map<String, Object> words = new LinkedHashMap<>();
    names.forEach(
        (theirs, ours) -> {
          if (root.hasNonNull(theirs)) {
            words.put(ours, ConfigJson.value(root.get(theirs)));
          }
        });
    return words;
  }

  private static String activation(String name) {
    return switch (name) {
      case "gelu", "quick_gelu", "relu" -> name;
      case "quickgelu" -> "quick_gelu";
      default ->
          throw new IllegalArgumentException(
              "the activation '%s' is none of gelu, quick_gelu, relu".formatted(name));
    };
  }

  private static List<String> labels(JsonNode names) {
    List<String> labels = new ArrayList<>();
    names.forEach(name -> labels.add(name.asString("")));
    return labels;
  }
}
