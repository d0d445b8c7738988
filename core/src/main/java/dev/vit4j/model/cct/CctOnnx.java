package dev.vit4j.model.cct;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.OnnxTransformer;
import dev.vit4j.nn.Activation;
import java.util.Map;

/** Writes a {@link Cct} as ONNX operators, in the order of its forward pass. */
record CctOnnx(OnnxLayers layers, CctConfig config) {
  private static final double EPS = 1e-5;

  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    String x = tokens(pixels); // [B, N, D]
    for (int i = 0; i < config.depth(); i++) {
      x = block(x, "classifier.blocks." + i + ".");
    }
    x = norm(x, "classifier.norm");
    String scores = layers.linear(x, "classifier.attention_pool"); // [B, N, 1]
    String weights = graph().op("Softmax", Map.of("axis", 1L), scores);
    String pooled = graph().op("MatMul", layers.transpose(weights, 0, 2, 1), x); // [B, 1, D]
    String features = layers.reshape(pooled, 0, config.embedDim());
    return config.numClasses() > 0 ? layers.linear(features, "classifier.fc") : features;
  }

  private String tokens(String pixels) {
    String y = pixels;
    for (int i = 0; i < config.convLayers(); i++) {
      String path = "tokenizer.conv_layers.%d.0".formatted(i);
      y = layers.maxPool(graph().op("Relu", layers.convolution(y, path, 1, 1, 1)));
    }
    String tokens = layers.transpose(layers.reshape(y, 0, config.embedDim(), -1), 0, 2, 1);
    String positions = "classifier.positional_emb";
    return layers.has(positions) ? graph().op("Add", tokens, layers.weight(positions)) : tokens;
  }

  private String block(String x, String path) {
    String mixed =
        new OnnxTransformer(layers)
            .attention(
                norm(x, path + "pre_norm"),
                path + "self_attn",
                config.embedDim(),
                config.numHeads());
    String y = norm(graph().op("Add", x, mixed), path + "norm1");
    String hidden = layers.activation(layers.linear(y, path + "linear1"), Activation.GELU);
    return graph().op("Add", y, layers.linear(hidden, path + "linear2"));
  }

  private String norm(String x, String path) {
    return layers.layerNorm(x, path, EPS);
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
