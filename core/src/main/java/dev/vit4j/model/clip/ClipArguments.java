package dev.vit4j.model.clip;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Derives the constructor arguments of a CLIP model from its tensors. What they do not determine
 * (activation, widths of heads) is taken from a configuration, otherwise assumed and reported.
 */
final class ClipArguments {
  private static final int HEAD_WIDTH = 64;
  private static final int RESNET_STRIDE = 32;
  private static final String VISION_BLOCK = "visual.transformer.resblocks.";
  private static final String TEXT_BLOCK = "transformer.resblocks.";

  private final ForeignTensors weights;
  private final Map<String, Tensor> state;
  private final Map<String, Object> known;
  private final Map<String, Object> args = new LinkedHashMap<>();

  private ClipArguments(ForeignTensors weights, Map<String, Object> known) {
    this.weights = weights;
    this.state = weights.state();
    this.known = known;
  }

  /**
   * Returns all arguments.
   *
   * @throws IllegalArgumentException if the tensors are not a CLIP's, or contradict known arguments
   */
  static Map<String, Object> of(ForeignTensors weights) {
    if (!weights.state().containsKey("token_embedding.weight")) {
      throw new IllegalArgumentException(
          "contains only an image tower: a model of images and texts is needed, as transformers' CLIPModel and SiglipModel save it");
    }
    ClipArguments arguments = new ClipArguments(weights, weights.known(Map.of()));
    arguments.activation(weights.state().remove("input_resolution") != null);
    arguments.common();
    if (weights.state().containsKey("visual.layer1.0.conv1.weight")) {
      arguments.resNet();
    } else if (weights.state().containsKey("visual.attn_pool.probe")) {
      arguments.siglip();
    } else {
      arguments.vit();
    }
    arguments.text();
    return arguments.args;
  }

  /** OpenAI's models have quick_gelu, which their tensors do not show. */
  private void activation(boolean openAi) {
    Object quick = known.get("quick_gelu");
    if (quick == null) {
      quick = openAi;
      if (!openAi) {
        weights.assume("quick_gelu", false);
      }
    } else if (openAi && quick.equals(false)) {
      throw new IllegalArgumentException(
          "OpenAI's models have quick_gelu, but it is false in the configuration or arguments");
    }
    args.put("quick_gelu", quick);
    if (known.get("gelu_tanh") != null) {
      args.put("gelu_tanh", known.get("gelu_tanh"));
    }
  }

  private void common() {
    Tensor projection = weights.require("text_projection", 2); // [D, E]
    determined("embed_dim", (int) projection.size(1));
    args.put("norm_eps", known.getOrDefault("norm_eps", ClipConfig.NORM_EPS));
    if (state.containsKey("logit_bias")) {
      state.computeIfPresent("logit_bias", (name, bias) -> bias.reshape());
      args.put("init_logit_bias", state.get("logit_bias").item());
    }
    state.computeIfPresent("logit_scale", (name, scale) -> scale.reshape());
  }

  private void vit() {
    patches(1);
    if (state.containsKey(VISION_BLOCK + "0.ls_1.gamma")) {
      args.put("vision_ls_init_value", known.getOrDefault("vision_ls_init_value", 1e-5));
    }
    args.put("vision_no_ln_pre", !state.containsKey("visual.ln_pre.weight"));
    args.put("vision_pool_type", known.getOrDefault("vision_pool_type", "tok"));
  }

  private void siglip() {
    patches(0);
    args.put("vision_no_ln_pre", true);
    args.put("vision_pool_type", "map");
  }

  /**
   * Sets the sizes of a Vision Transformer.
   *
   * @param before number of positions before those of the patches
   */
  private void patches(int before) {
    Tensor kernel = weights.require("visual.conv1.weight", 4); // [D, C, p, p]
    Tensor positions = weights.require("visual.positional_embedding", 2); // [before + N, D]
    int width = (int) kernel.size(0);
    int patch = (int) kernel.size(2);
    determined("in_chans", (int) kernel.size(1));
    determined("vision_width", width);
    determined("vision_patch_size", patch);
    determined("vision_layers", count(VISION_BLOCK));
    args.put("img_size", size((int) positions.size(0) - before, patch));
    hidden("vision_mlp_ratio", VISION_BLOCK, width);
    args.put("vision_head_width", known("vision_head_width", HEAD_WIDTH, width));
  }

  private void resNet() {
    Tensor first = weights.require("visual.layer1.0.conv1.weight", 4);
    Tensor stem = weights.require("visual.conv1.weight", 4);
    Tensor positions = weights.require("visual.attnpool.positional_embedding", 2);
    List<Integer> layers = new ArrayList<>();
    for (int s = 1; s <= 4; s++) {
      int blocks = 0;
      while (state.containsKey("visual.layer%d.%d.conv1.weight".formatted(s, blocks))) {
        blocks++;
      }
      layers.add(blocks);
    }
    determined("in_chans", (int) stem.size(1));
    determined("vision_layers", layers);
    determined("vision_width", (int) first.size(0));
    args.put("img_size", size((int) positions.size(0) - 1, RESNET_STRIDE));
    args.put("vision_head_width", known.getOrDefault("vision_head_width", HEAD_WIDTH));
  }

  private void text() {
    Tensor tokens = weights.require("token_embedding.weight", 2); // [V, D]
    Tensor positions = weights.require("positional_embedding", 2); // [L, D]
    int width = (int) tokens.size(1);
    determined("vocab_size", (int) tokens.size(0));
    determined("context_length", (int) positions.size(0));
    determined("text_width", width);
    determined("text_layers", count(TEXT_BLOCK));
    hidden("text_mlp_ratio", TEXT_BLOCK, width);
    Object heads = known.get("text_heads");
    if (heads == null) {
      heads = Math.max(1, width / HEAD_WIDTH);
      weights.assume("text_heads", heads);
    }
    args.put("text_heads", heads);
    if (state.containsKey(TEXT_BLOCK + "0.ls_1.gamma")) {
      args.put("text_ls_init_value", known.getOrDefault("text_ls_init_value", 1e-5));
    }
    if (state.containsKey("text_projection_bias")) {
      args.put("text_proj_bias", true);
    }
    for (String key : List.of("text_pool_type", "eos_token_id", "pad_id", "text_no_causal_mask")) {
      if (known.get(key) != null) {
        args.put(key, known.get(key));
      }
    }
  }

  /** Sets what the weights determine; a configuration that differs is another model's. */
  private void determined(String key, Object value) {
    Object other = known.get(key);
    if (other != null && !other.equals(value)) {
      throw new IllegalArgumentException(
          "%s is %s in the weights, but %s in their configuration or arguments: these are different models"
              .formatted(key, value, other));
    }
    args.put(key, value);
  }

  private Object known(String key, int fallback, int width) {
    Object value = known.get(key);
    if (value != null) {
      return value;
    }
    if (width % fallback != 0) {
      throw new IllegalArgumentException(
          "the weights do not determine %s, and width %d is not a multiple of the usual %d: set --model-args %s=N, or put the model's configuration next to the weights"
              .formatted(key, width, fallback, key));
    }
    weights.assume(key, fallback);
    return fallback;
  }

  /** The image size: configured, or that of a square grid. */
  private Object size(int cells, int stride) {
    Object configured = known.get("img_size");
    int side = (int) Math.round(Math.sqrt((double) cells));
    if (configured == null && side * side != cells) {
      throw new IllegalArgumentException(
          "%d positions are not a square grid: set --model-args img_size=[HEIGHT,WIDTH]"
              .formatted(cells));
    }
    return configured == null ? side * stride : configured;
  }

  private int count(String block) {
    int layers = 0;
    while (state.containsKey(block + layers + ".ln_1.weight")) {
      layers++;
    }
    return layers;
  }

  /** Sets the ratio that gives exactly the hidden width when multiplied and rounded down. */
  private void hidden(String key, String block, int width) {
    long hidden = weights.require(block + "0.mlp.c_fc.weight", 2).size(0);
    double ratio = (double) hidden / width;
    args.put(key, (long) (width * ratio) == hidden ? ratio : Math.nextUp(ratio));
  }
}
