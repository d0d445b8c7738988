package dev.vit4j.model.clip;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.OnnxTransformer;
import java.util.Map;

/** Writes a {@link ClipResNet} as ONNX operators, in the order of its forward pass. */
record ClipResNetOnnx(OnnxLayers layers, VisionConfig config) {
  /** Pixels [B, C, H, W] to [B, E]. */
  String forward(String pixels) {
    String x = pixels;
    for (int i = 1; i <= 3; i++) {
      x = relu(convolution(x, "", i, i == 1 ? 2 : 1, 1));
    }
    x = layers.averagePool(x, 2);
    for (int s = 0; s < config.layers().size(); s++) {
      for (int i = 0; i < config.layers().get(s); i++) {
        x = block(x, "layer%d.%d.".formatted(s + 1, i), i == 0 && s > 0 ? 2 : 1);
      }
    }
    return attentionPool(x);
  }

  private String block(String x, String path, int stride) {
    String y = relu(convolution(x, path, 1, 1, 0));
    y = pooled(relu(convolution(y, path, 2, 1, 1)), stride);
    y = convolution(y, path, 3, 1, 0);
    String shortcut = x;
    if (layers.has(path + "downsample.0.weight")) {
      String small = layers.convolution(pooled(x, stride), path + "downsample.0", 1, 0, 1);
      shortcut = layers.batchNorm(small, path + "downsample.1");
    }
    return relu(graph().op("Add", y, shortcut));
  }

  private String convolution(String x, String path, int index, int stride, int padding) {
    String y = layers.convolution(x, path + "conv" + index, stride, padding, 1);
    return layers.batchNorm(y, path + "bn" + index);
  }

  private String pooled(String x, int stride) {
    return stride == 1 ? x : layers.averagePool(x, stride);
  }

  private String relu(String x) {
    return graph().op("Relu", x);
  }

  /** [B, D, h, w] to [B, E]. */
  private String attentionPool(String x) {
    OnnxLayers pool = layers.child("attnpool");
    int dim = config.finalWidth();
    String pixels = pool.transpose(pool.reshape(x, 0, dim, -1), 0, 2, 1); // [B, h w, D]
    Map<String, Object> keep = Map.of("axes", new long[] {1}, "keepdims", 1L);
    String mean = graph().op("ReduceMean", keep, pixels); // [B, 1, D]
    String all = graph().op("Concat", Map.of("axis", 1L), mean, pixels);
    String tokens = graph().op("Add", all, pool.weight("positional_embedding"));
    String q = pool.linear(pool.slice(tokens, 1, 0, 1, 1), "q_proj");
    String k = pool.linear(tokens, "k_proj");
    String v = pool.linear(tokens, "v_proj");
    OnnxTransformer transformer = new OnnxTransformer(pool);
    String y = transformer.attention(q, k, v, dim, config.heads(), ""); // [B, 1, D]
    return pool.linear(pool.reshape(y, 0, dim), "c_proj");
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
