package dev.vit4j.model.spikformer;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.spiking.NeuronConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link Spikformer} as ONNX operators, in the order of its forward pass, with the neurons
 * of every time step one after the other.
 */
record SpikformerOnnx(OnnxLayers layers, SpikformerConfig config) {
  private static final long FLOAT = 1; // ONNX's number of the type

  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    String x = tokens(pixels); // [T * B, N, D]
    for (int i = 0; i < config.depth(); i++) {
      x = block(x, "block." + i + ".");
    }
    String steps = layers.reshape(x, config.timeSteps(), -1, config.tokens(), config.embedDim());
    String features = layers.mean(steps, 0, 2); // [B, D]
    return config.numClasses() > 0 ? layers.linear(features, "head") : features;
  }

  private String tokens(String pixels) {
    String x = pixels;
    for (int stage = 0; stage < SpikformerConfig.STAGES; stage++) {
      String suffix = stage == 0 ? "" : "" + stage;
      String y = layers.convolution(x, "patch_embed.proj_conv" + suffix, 1, 1, 1);
      y = layers.batchNorm(y, "patch_embed.proj_bn" + suffix);
      String spikes = neurons(stage == 0 ? repeated(y) : y, config.neurons());
      x = config.pools(stage) ? layers.maxPool(spikes) : spikes;
    }
    String places = layers.convolution(x, "patch_embed.rpe_conv", 1, 1, 1);
    places = neurons(layers.batchNorm(places, "patch_embed.rpe_bn"), config.neurons());
    String sum = add(places, x); // [T * B, D, h, w]
    return layers.transpose(layers.reshape(sum, 0, config.embedDim(), -1), 0, 2, 1);
  }

  /** The same input at every time step: [B, ...] to [T * B, ...]. */
  private String repeated(String x) {
    return joined(Collections.nCopies(config.timeSteps(), x));
  }

  private String joined(List<String> steps) {
    return graph().op("Concat", Map.of("axis", 0L), steps.toArray(new String[0]));
  }

  private String block(String x, String path) {
    String mixed = add(x, attention(x, path + "attn."));
    String hidden = spiking(mixed, path + "mlp.fc1_");
    return add(mixed, spiking(hidden, path + "mlp.fc2_"));
  }

  private String attention(String x, String path) {
    String q = heads(spiking(x, path + "q_"), 0, 2, 1, 3); // [T * B, H, N, d]
    String k = heads(spiking(x, path + "k_"), 0, 2, 3, 1); // [T * B, H, d, N]
    String v = heads(spiking(x, path + "v_"), 0, 2, 1, 3);
    String counts = graph().op("MatMul", graph().op("MatMul", q, k), v);
    String scaled = graph().op("Mul", counts, layers.number(0.125));
    String merged =
        layers.reshape(layers.transpose(scaled, 0, 2, 1, 3), 0, config.tokens(), config.embedDim());
    NeuronConfig neurons = config.neurons();
    String spikes = neurons(merged, neurons.withThreshold(neurons.vThreshold() / 2));
    return spiking(spikes, path + "proj_");
  }

  private String heads(String x, long... order) {
    int heads = config.numHeads();
    int width = config.embedDim() / heads;
    return layers.transpose(layers.reshape(x, 0, config.tokens(), heads, width), order);
  }

  /** Linear layer, norm over the last dimension, neurons: [T * B, N, in] to [T * B, N, out]. */
  private String spiking(String x, String path) {
    String planes = layers.transpose(layers.linear(x, path + "linear"), 0, 2, 1);
    String normed = layers.transpose(layers.batchNorm(planes, path + "bn"), 0, 2, 1);
    return neurons(normed, config.neurons());
  }

  /** Inputs of all time steps [T * B, ...] to spikes. */
  private String neurons(String x, NeuronConfig neurons) {
    List<String> spikes = new ArrayList<>();
    String v = "";
    for (String input : graph().split(x, 0, config.timeSteps())) {
      String h = charged(v, input, neurons);
      String threshold = layers.number(neurons.vThreshold());
      String fires = graph().op("GreaterOrEqual", h, threshold);
      String s = graph().op("Cast", Map.of("to", FLOAT), fires);
      spikes.add(s);
      v = neurons.vReset() == null ? sub(h, mul(s, threshold)) : mul(h, sub(layers.number(1), s));
    }
    return joined(spikes);
  }

  /** The potential with the input of this step; {@code v} is empty before the first one. */
  private String charged(String v, String input, NeuronConfig neurons) {
    Double tau = neurons.tau();
    if (tau == null) {
      return v.isEmpty() ? input : add(v, input);
    }
    String rate = layers.number(1 / tau);
    return v.isEmpty() ? mul(input, rate) : add(v, mul(sub(input, v), rate));
  }

  private String add(String a, String b) {
    return graph().op("Add", a, b);
  }

  private String sub(String a, String b) {
    return graph().op("Sub", a, b);
  }

  private String mul(String a, String b) {
    return graph().op("Mul", a, b);
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
