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
    List<String> qkv = queriesKeysValues(norm(x, path + "norm1"), attn);
    String mixed =
        new OnnxTransformer(layers)
            .attention(
                rotated(qkv.get(0)),
                rotated(qkv.get(1)),
                qkv.get(2),
                config.embedDim(),
                config.numHeads(),
                biases(attn));
    if (config.eva().scaleAttnInner()) {
      mixed = norm(mixed, attn + "norm");
    }
    String y = graph().op("Add", x, scaled(layers.linear(mixed, attn + "proj"), path + "gamma_1"));
    String mlp = layers.linear(hidden(norm(y, path + "norm2"), path + "mlp."), path + "mlp.fc2");
    return graph().op("Add", y, scaled(mlp, path + "gamma_2"));
  }

  /** Three times [B, N, D], with biases. */
  private List<String> queriesKeysValues(String x, String attn) {
    if (!config.eva().qkvFused()) {
      return List.of(
          layers.linear(x, attn + "q_proj"),
          layers.linear(x, attn + "k_proj"),
          layers.linear(x, attn + "v_proj"));
    }
    List<String> qkv = graph().split(layers.linear(x, attn + "qkv"), 2, 3);
    return List.of(
        biased(qkv.get(0), attn + "q_bias"), qkv.get(1), biased(qkv.get(2), attn + "v_bias"));
  }

  /** Rotates queries or keys [B, N, D] by their positions. */
  private String rotated(String x) {
    Rotation rotation = config.rotation();
    if (rotation == null) {
      return x;
    }
    long heads = config.numHeads();
    long tokens = 1L + config.patches();
    String split = layers.reshape(x, 0, 0, heads, config.embedDim() / heads); // [B, N, H, d]
    String cos = graph().weight("rotation.cos", rotation.cos().reshape(tokens, 1, -1));
    String sin = graph().weight("rotation.sin", rotation.sin().reshape(tokens, 1, -1));
    String turned =
        graph().op("MatMul", split, graph().weight("rotation.turned", rotation.turned()));
    String y = graph().op("Add", graph().op("Mul", split, cos), graph().op("Mul", turned, sin));
    return layers.reshape(y, 0, 0, config.embedDim());
  }

  /** The hidden units of an MLP: [B, N, D] to [B, N, hidden]. */
  private String hidden(String x, String mlp) {
    if (!config.eva().swigluMlp()) {
      return layers.activation(layers.linear(x, mlp + "fc1"), config.act());
    }
    boolean scaled = config.eva().scaleMlp();
    List<String> both =
        scaled
            ? List.of(layers.linear(x, mlp + "fc1_g"), layers.linear(x, mlp + "fc1_x"))
            : graph().split(layers.linear(x, mlp + "fc1"), 2, 2);
    String gate = graph().op("Mul", both.get(0), graph().op("Sigmoid", both.get(0)));
    String y = graph().op("Mul", gate, both.get(1));
    return scaled ? norm(y, mlp + "norm") : y;
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
