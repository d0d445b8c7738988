package dev.vit4j.model.mixer;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import java.util.Map;

/** Writes an {@link MlpMixer} as ONNX operators, in the order of its forward pass. */
record MlpMixerOnnx(OnnxLayers layers, MlpMixerConfig config) {
  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    int[] patch = config.patchSize();
    Map<String, long[]> sizes =
        Map.of(
            "kernel_shape", new long[] {patch[0], patch[1]},
            "strides", new long[] {patch[0], patch[1]});
    String weight = layers.weight("stem.proj.weight");
    String grid = graph().op("Conv", sizes, pixels, weight, layers.weight("stem.proj.bias"));
    String x = layers.transpose(layers.reshape(grid, 0, config.embedDim(), -1), 0, 2, 1);
    for (int i = 0; i < config.numBlocks(); i++) {
      x = block(x, "blocks." + i + ".");
    }
    String features = layers.mean(norm(x, "norm"), 1); // [B, D]
    return config.numClasses() > 0 ? layers.linear(features, "head") : features;
  }

  private String block(String x, String path) {
    String turned = layers.transpose(norm(x, path + "norm1"), 0, 2, 1); // [B, D, N]
    String mixed = layers.transpose(mlp(turned, path + "mlp_tokens"), 0, 2, 1); // [B, N, D]
    String y = graph().op("Add", x, mixed);
    return graph().op("Add", y, mlp(norm(y, path + "norm2"), path + "mlp_channels"));
  }

  private String mlp(String x, String path) {
    String hidden = layers.activation(layers.linear(x, path + ".fc1"), config.act());
    return layers.linear(hidden, path + ".fc2");
  }

  private String norm(String x, String path) {
    return layers.layerNorm(x, path, MlpMixer.NORM_EPS);
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
