package dev.vit4j.model.resnet;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import java.util.Map;

/** {@link ResNet} as ONNX operators, in the order of its forward pass. */
record ResNetOnnx(OnnxLayers layers, ResNetConfig config) {
  private static final double EPS = 1e-5;
  private static final long TO_THE_END = Long.MAX_VALUE;

  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    boolean small = config.stem().equals("cifar");
    String x = convolution(pixels, "conv1", "bn1", small ? 1 : 2, small ? 1 : 3);
    x = graph().op("Relu", x);
    if (config.stemPool()) {
      x = layers.maxPool(x);
    }
    for (int s = 0; s < config.layers().size(); s++) {
      for (int i = 0; i < config.layers().get(s); i++) {
        x = block(x, "layer%d.%d.".formatted(s + 1, i), s > 0 && i == 0 ? 2 : 1);
      }
    }
    String features = layers.mean(x, 2, 3); // [B, D]
    if (config.numClasses() == 0) {
      return features;
    }
    return layers.linear(features, config.shortcut().equals("A") ? "linear" : "fc");
  }

  private String block(String x, String path, long stride) {
    boolean bottleneck = config.block().equals("bottleneck");
    int last = bottleneck ? 3 : 2;
    String y = x;
    for (int i = 1; i <= last; i++) {
      long size = layers.at(path + "conv" + i + ".weight").size(2);
      boolean strides = i == (bottleneck ? 2 : 1);
      y = convolution(y, path + "conv" + i, path + "bn" + i, strides ? stride : 1, size / 2);
      if (i < last) {
        y = graph().op("Relu", y);
      }
    }
    if (config.residual()) {
      long out = layers.at(path + "conv" + last + ".weight").size(0);
      y = graph().op("Add", y, shortcut(x, path, stride, out));
    }
    return graph().op("Relu", y);
  }

  private String shortcut(String x, String path, long stride, long out) {
    if (layers.state().containsKey(path + "downsample.0.weight")) {
      return convolution(x, path + "downsample.0", path + "downsample.1", stride, 0);
    }
    long more = out - layers.at(path + "conv1.weight").size(1); // channels of zeros
    if (more == 0 && stride == 1) {
      return x;
    }
    String every =
        layers.slice(layers.slice(x, 2, 0, TO_THE_END, stride), 3, 0, TO_THE_END, stride);
    return graph().op("Pad", every, graph().numbers(0, more / 2, 0, 0, 0, more - more / 2, 0, 0));
  }

  private String convolution(String x, String conv, String norm, long stride, long padding) {
    return graph()
        .op(
            "BatchNormalization",
            Map.of("epsilon", EPS),
            layers.convolution(x, conv, stride, padding),
            layers.weight(norm + ".weight"),
            layers.weight(norm + ".bias"),
            layers.weight(norm + ".running_mean"),
            layers.weight(norm + ".running_var"));
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
