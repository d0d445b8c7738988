package dev.vit4j.model.vit;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.OnnxTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a {@link Vit} as ONNX operators, in the order of its forward pass. */
record VitOnnx(OnnxLayers layers, VitConfig config) {
  private static final long TO_THE_END = Long.MAX_VALUE;

  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    String x = tokens(pixels); // [B, N, D]
    if (config.distilled()) {
      boolean heads = config.numClasses() > 0;
      String fromClass = heads ? layers.linear(token(x, 0), "head") : token(x, 0);
      String fromDist = heads ? layers.linear(token(x, 1), "head_dist") : token(x, 1);
      return graph().op("Mul", graph().op("Add", fromClass, fromDist), layers.number(0.5));
    }
    String pooled = pool(x);
    String normed = config.fcNorm() ? norm(pooled, "fc_norm") : pooled;
    String features =
        config.representationSize() > 0
            ? graph().op("Tanh", layers.linear(normed, "pre_logits.fc"))
            : normed;
    return config.numClasses() > 0 ? layers.linear(features, "head") : features;
  }

  /** [B, N, D] to [B, D], or to [B, 2D] for two vectors side by side. */
  private String pool(String x) {
    String read = layers.slice(x, 1, config.skippedTokens(), TO_THE_END, 1);
    return switch (config.globalPool()) {
      case "token" -> token(x, 0);
      case "token_avg" ->
          graph().op("Concat", Map.of("axis", 1L), token(x, 0), layers.mean(read, 1));
      case "map" ->
          new OnnxTransformer(layers)
              .attentionPool(
                  read,
                  "attn_pool",
                  config.embedDim(),
                  config.numHeads(),
                  config.act(),
                  config.normEps());
      default -> layers.mean(read, 1);
    };
  }

  /** Pixels [B, C, H, W] to the grid of patch tokens for a decoder: [B, D, h, w]. */
  String featureMap(String pixels) {
    String patches = patches(tokens(pixels));
    String normed = config.fcNorm() ? norm(patches, "fc_norm") : patches; // [B, N', D]
    int[] grid = config.grid();
    return layers.reshape(
        layers.transpose(normed, 0, 2, 1), 0, config.embedDim(), grid[0], grid[1]);
  }

  /** Pixels to the tokens after the last block, with the norm if it is before pooling. */
  private String tokens(String pixels) {
    String x = embed(pixels); // [B, N, D]
    OnnxTransformer transformer = new OnnxTransformer(layers);
    for (int i = 0; i < config.depth(); i++) {
      x = transformer.encoderBlock(x, "blocks." + i, Vit.blocks(config), "");
    }
    return config.fcNorm() ? x : norm(x, "norm");
  }

  /** The tokens without class, distillation and register tokens: [B, N', D]. */
  private String patches(String tokens) {
    return layers.slice(tokens, 1, config.prefixTokens(), TO_THE_END, 1);
  }

  /** Patch tokens after the learned tokens, with positions: [B, N, D]. */
  private String embed(String pixels) {
    int[] patch = config.patchSize();
    List<String> inputs = new ArrayList<>(List.of(pixels));
    inputs.add(layers.weight("patch_embed.proj.weight"));
    if (layers.has("patch_embed.proj.bias")) {
      inputs.add(layers.weight("patch_embed.proj.bias"));
    }
    Map<String, long[]> sizes =
        Map.of(
            "kernel_shape", new long[] {patch[0], patch[1]},
            "strides", new long[] {patch[0], patch[1]});
    String grid = graph().op("Conv", sizes, inputs.toArray(new String[0])); // [B, D, h, w]
    String patches = layers.transpose(layers.reshape(grid, 0, config.embedDim(), -1), 0, 2, 1);
    List<String> parts = new ArrayList<>();
    for (String name : List.of("cls_token", "dist_token", "reg_token")) {
      if (layers.has(name)) {
        parts.add(layers.forEach(layers.weight(name), pixels));
      }
    }
    parts.add(patches);
    String all =
        parts.size() == 1
            ? patches
            : graph().op("Concat", Map.of("axis", 1L), parts.toArray(new String[0]));
    String positions =
        graph()
            .weight(layers.prefix() + "pos_embed", Vit.positions(layers.at("pos_embed"), config));
    String tokens = graph().op("Add", all, positions);
    return config.preNorm() ? norm(tokens, "norm_pre") : tokens;
  }

  private String norm(String x, String path) {
    return layers.layerNorm(x, path, config.normEps());
  }

  /** One token of each image: [B, N, D] to [B, D]. */
  private String token(String x, long index) {
    return layers.reshape(layers.slice(x, 1, index, index + 1, 1), 0, config.embedDim());
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
