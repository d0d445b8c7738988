package dev.vit4j.model.beit;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.OnnxTransformer;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Writes a {@link Beit} as ONNX operators, in the order of its forward pass. */
record BeitOnnx(OnnxLayers layers, BeitConfig config) {
  private static final String TABLE = "relative_position_bias_table";

  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    String x = tokens(pixels);
    long dim = config.embedDim();
    String pooled =
        config.readsMean()
            ? layers.mean(patches(x), 1)
            : layers.reshape(layers.slice(x, 1, 0, 1, 1), 0, dim);
    String features = config.useFcNorm() ? norm(pooled, "fc_norm") : pooled;
    return config.numClasses() > 0 ? layers.linear(features, "head") : features;
  }

  /** Pixels [B, C, H, W] to the grid of patch tokens: [B, D, h, w]. */
  String featureMap(String pixels) {
    String patches = patches(tokens(pixels));
    String normed = config.useFcNorm() ? norm(patches, "fc_norm") : patches;
    int[] grid = config.grid();
    return layers.reshape(
        layers.transpose(normed, 0, 2, 1), 0, config.embedDim(), grid[0], grid[1]);
  }

  private String patches(String tokens) {
    return layers.slice(tokens, 1, 1, Long.MAX_VALUE, 1);
  }

  private String tokens(String pixels) {
    int[] patch = config.patchSize();
    long[] sides = {patch[0], patch[1]};
    String grid =
        graph()
            .op(
                "Conv",
                Map.of("kernel_shape", sides, "strides", sides),
                pixels,
                layers.weight("patch_embed.proj.weight"),
                layers.weight("patch_embed.proj.bias"));
    String patches = layers.transpose(layers.reshape(grid, 0, config.embedDim(), -1), 0, 2, 1);
    String token = layers.forEach(layers.weight("cls_token"), pixels);
    String x = graph().op("Concat", Map.of("axis", 1L), token, patches);
    if (config.useAbsPosEmb()) {
      x = graph().op("Add", x, layers.weight("pos_embed"));
    }
    for (int i = 0; i < config.depth(); i++) {
      x = block(x, "blocks." + i + ".");
    }
    return config.useFcNorm() ? x : norm(x, "norm");
  }

  private String block(String x, String path) {
    String attn = path + "attn.";
    List<String> qkv = graph().split(layers.linear(norm(x, path + "norm1"), attn + "qkv"), 2, 3);
    String mixed =
        new OnnxTransformer(layers)
            .attention(
                biased(qkv.get(0), attn + "q_bias"),
                qkv.get(1),
                biased(qkv.get(2), attn + "v_bias"),
                config.embedDim(),
                config.numHeads(),
                biases(attn));
    String y = graph().op("Add", x, scaled(layers.linear(mixed, attn + "proj"), path + "gamma_1"));
    String hidden = layers.linear(norm(y, path + "norm2"), path + "mlp.fc1");
    String mlp = layers.linear(layers.activation(hidden, config.act()), path + "mlp.fc2");
    return graph().op("Add", y, scaled(mlp, path + "gamma_2"));
  }

  /** What is added to the scores of a block: [H, N, N]; empty for nothing. */
  private String biases(String attn) {
    String own = layers.has(attn + TABLE) ? attn + TABLE : "";
    String shared = config.useSharedRelPosBias() ? "rel_pos_bias." + TABLE : "";
    if (own.isEmpty() && shared.isEmpty()) {
      return "";
    }
    Tensor table =
        own.isEmpty() || shared.isEmpty()
            ? layers.at(own + shared)
            : layers.at(own).add(layers.at(shared));
    long[] index = RelativeBias.index(config.grid());
    Tensor values = RelativeBias.values(table, index, 1L + config.patches()).contiguous();
    return graph().weight(layers.prefix() + attn + "relative_position_bias", values);
  }

  private String biased(String x, String name) {
    return layers.has(name) ? graph().op("Add", x, layers.weight(name)) : x;
  }

  private String scaled(String x, String name) {
    return layers.has(name) ? graph().op("Mul", x, layers.weight(name)) : x;
  }

  private String norm(String x, String path) {
    return layers.layerNorm(x, path, config.normEps());
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
