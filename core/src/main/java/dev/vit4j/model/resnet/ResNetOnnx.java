package dev.vit4j.model.resnet;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;

/** Writes a {@link ResNet} as ONNX operators, in the order of its forward pass. */
record ResNetOnnx(OnnxLayers layers, ResNetConfig config) {
  private static final long TO_THE_END = Long.MAX_VALUE;

  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    String features = layers.mean(featureMap(pixels), 2, 3); // [B, D]
    if (config.numClasses() == 0) {
      return features;
    }
    return layers.linear(features, config.shortcut().equals("A") ? "linear" : "fc");
  }

  /** Pixels [B, C, H, W] to the last stage's output: [B, D, h, w]. */
  String featureMap(String pixels) {
    String x = graph().op("Relu", layers.batchNorm(stem(pixels), "bn1"));
    if (config.stemPool()) {
      x = layers.maxPool(x);
    }
    for (int s = 0; s < config.layers().size(); s++) {
      for (int i = 0; i < config.layers().get(s); i++) {
        long stride = i == 0 ? config.stride(s) : 1;
        x = block(x, "layer%d.%d.".formatted(s + 1, i), stride, config.dilation(s, i));
      }
    }
    return x;
  }

  private String stem(String pixels) {
    if (!config.deepStem()) {
      boolean small = config.stem().equals("cifar");
      return layers.convolution(pixels, "conv1", small ? 1 : 2, small ? 1 : 3, 1);
    }
    String x = layers.convolution(pixels, "conv1.0", 2, 1, 1);
    x = graph().op("Relu", layers.batchNorm(x, "conv1.1"));
    x = layers.convolution(x, "conv1.3", 1, 1, 1);
    x = graph().op("Relu", layers.batchNorm(x, "conv1.4"));
    return layers.convolution(x, "conv1.6", 1, 1, 1);
  }

  private String block(String x, String path, long stride, long dilation) {
    boolean bottleneck = config.block().equals("bottleneck");
    int last = bottleneck ? 3 : 2;
    String y = x;
    for (int i = 1; i <= last; i++) {
      long size = layers.at(path + "conv" + i + ".weight").size(2);
      boolean strides = i == (bottleneck && !config.kind().downsampleInBottleneck() ? 2 : 1);
      long groups = bottleneck && i == 2 ? config.kind().cardinality() : 1;
      long apart = size == 1 ? 1 : dilation;
      y =
          layers.convolution(
              y, path + "conv" + i, strides ? stride : 1, apart * (size / 2), apart, groups);
      y = layers.batchNorm(y, path + "bn" + i);
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
    if (layers.has(path + "downsample.0.weight")) {
      String y = layers.convolution(x, path + "downsample.0", stride, 0, 1);
      return layers.batchNorm(y, path + "downsample.1");
    }
    if (layers.has(path + "downsample.2.weight")) {
      String y = stride == 1 ? x : layers.halve(x);
      return layers.batchNorm(
          layers.convolution(y, path + "downsample.1", 1, 0, 1), path + "downsample.2");
    }
    long more = out - layers.at(path + "conv1.weight").size(1); // channels of zeros
    if (more == 0 && stride == 1) {
      return x;
    }
    String every =
        layers.slice(layers.slice(x, 2, 0, TO_THE_END, stride), 3, 0, TO_THE_END, stride);
    return graph().op("Pad", every, graph().numbers(0, more / 2, 0, 0, 0, more - more / 2, 0, 0));
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
